package house.rosie.kiosk;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The one thread on which a session and its line live. A fault in it ends the app, which begins anew (KioskApp). */
final class Loop {
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(1, new ThreadFactory() {
        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, "rosie-session");
            thread.setDaemon(true);
            return thread;
        }
    });

    Loop() {
        threads.setRemoveOnCancelPolicy(true);
    }

    void run(Runnable work) {
        later(0, work);
    }

    /** What is asked of a loop that was closed is left undone. */
    Future<?> later(long ms, final Runnable work) {
        try {
            return threads.schedule(new Runnable() {
                @Override
                public void run() {
                    try {
                        work.run();
                    } catch (Throwable fault) {
                        Thread current = Thread.currentThread();
                        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
                        if (handler != null) {
                            handler.uncaughtException(current, fault);
                        }
                        throw fault;
                    }
                }
            }, ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            return null;
        }
    }

    void close() {
        threads.shutdownNow();
    }
}
