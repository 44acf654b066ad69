package house.rosie.kiosk;

import android.app.AlarmManager;
import android.app.Application;
import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.os.Process;
import android.os.SystemClock;
import android.util.Log;

/** The process: keeps the session, and begins anew when something in it failed. */
public final class KioskApp extends Application {
    private static final String TAG = "RosieKiosk";
    private static final long SOON_MS = 2000;
    /** What fails right after its beginning fails again: it shall not spin. */
    private static final long YOUNG_MS = 20_000;
    private static final long LATER_MS = 60_000;

    Kiosk kiosk;
    private long beganMs;

    @Override
    public void onCreate() {
        super.onCreate();
        beganMs = SystemClock.elapsedRealtime();
        kiosk = new Kiosk(this);
        Thread.setDefaultUncaughtExceptionHandler(new Thread.UncaughtExceptionHandler() {
            @Override
            public void uncaughtException(Thread thread, Throwable fault) {
                Log.e(TAG, "a fault in " + thread.getName(), fault);
                beginAnew(KioskApp.this);
            }
        });
    }

    /** Ends this process and has the system start another in a moment. */
    static void beginAnew(Context context) {
        KioskApp app = (KioskApp) context.getApplicationContext();
        boolean young = SystemClock.elapsedRealtime() - app.beganMs < YOUNG_MS;
        Intent start = new Intent(app, MainActivity.class).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK);
        PendingIntent pending = PendingIntent.getActivity(app, 0, start,
            PendingIntent.FLAG_IMMUTABLE | PendingIntent.FLAG_CANCEL_CURRENT);
        AlarmManager alarms = (AlarmManager) app.getSystemService(Context.ALARM_SERVICE);
        alarms.set(AlarmManager.ELAPSED_REALTIME_WAKEUP, SystemClock.elapsedRealtime() + (young ? LATER_MS : SOON_MS), pending);
        Process.killProcess(Process.myPid());
    }
}
