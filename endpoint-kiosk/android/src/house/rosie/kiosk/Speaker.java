package house.rosie.kiosk;

import android.media.AudioAttributes;
import android.media.AudioFormat;
import android.media.AudioManager;
import android.media.AudioTrack;
import android.os.Process;
import android.util.Log;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;

/** The device's loudspeaker: one reply at a time, silent at once when told so. */
final class Speaker implements Endpoint.Mouth {
    private static final String TAG = "RosieSpeaker";
    /** A device that plays nothing for so long is broken: the turn must not wait for ears that cannot hear. */
    private static final long STUCK_NS = 2_000_000_000L;
    private static final long LOOK_MS = 10;

    interface Listener {
        void played(long turn);
    }

    private final AudioManager system;
    private final Listener listener;
    private Reply reply;

    Speaker(AudioManager system, Listener listener) {
        this.system = system;
        this.listener = listener;
    }

    @Override
    public synchronized void start(long turn, int rate) {
        stop();
        reply = new Reply(turn, rate);
        reply.start();
    }

    @Override
    public synchronized void play(short[] samples) {
        if (reply != null) {
            reply.add(samples);
        }
    }

    @Override
    public synchronized void end() {
        if (reply != null) {
            reply.add(null);
        }
    }

    @Override
    public synchronized void stop() {
        if (reply != null) {
            reply.hush();
            reply = null;
        }
    }

    /** The volume of the device itself, which its keys change too: the last word counts. */
    @Override
    public void volume(int percent) {
        int most = system.getStreamMaxVolume(AudioManager.STREAM_MUSIC);
        int steps = Math.round(most * Math.max(0, Math.min(100, percent)) / 100f);
        // The quietest step but none is for everything above nothing.
        system.setStreamVolume(AudioManager.STREAM_MUSIC, percent > 0 ? Math.max(1, steps) : 0, 0);
    }

    private final class Reply extends Thread {
        private final long turn;
        private final int rate;
        private final Deque<short[]> pieces = new ArrayDeque<>();
        private boolean whole;
        private volatile boolean hushed;
        private AudioTrack track;

        Reply(long turn, int rate) {
            super("rosie-speaker");
            setDaemon(true);
            this.turn = turn;
            this.rate = rate;
        }

        /** Null is the end. */
        synchronized void add(short[] samples) {
            if (samples == null) {
                whole = true;
            } else {
                pieces.add(samples);
            }
            notifyAll();
        }

        /** Throws away what has not sounded; a write that waits returns. */
        synchronized void hush() {
            hushed = true;
            pieces.clear();
            if (track != null) {
                track.pause();
                track.flush();
            }
            notifyAll();
        }

        @Override
        public void run() {
            Process.setThreadPriority(Process.THREAD_PRIORITY_AUDIO);
            try {
                play();
            } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
                Log.e(TAG, "the loudspeaker failed", e);
            } finally {
                synchronized (this) {
                    if (track != null) {
                        track.release();
                        track = null;
                    }
                }
            }
            if (!hushed) {
                listener.played(turn);
            }
        }

        private void play() {
            int least = AudioTrack.getMinBufferSize(rate, AudioFormat.CHANNEL_OUT_MONO, AudioFormat.ENCODING_PCM_16BIT);
            int bytes = Math.max(least, rate / 5 * 2);
            synchronized (this) {
                if (hushed) {
                    return;
                }
                track = new AudioTrack(
                    new AudioAttributes.Builder().setUsage(AudioAttributes.USAGE_MEDIA)
                        .setContentType(AudioAttributes.CONTENT_TYPE_SPEECH).build(),
                    new AudioFormat.Builder().setSampleRate(rate).setEncoding(AudioFormat.ENCODING_PCM_16BIT)
                        .setChannelMask(AudioFormat.CHANNEL_OUT_MONO).build(),
                    bytes, AudioTrack.MODE_STREAM, AudioManager.AUDIO_SESSION_ID_GENERATE);
                track.play();
            }
            long written = 0;
            for (short[] piece = next(); piece != null; piece = next()) {
                if (!write(piece)) {
                    return;
                }
                written += piece.length;
            }
            // A stream begins to sound when its buffer is full: a short reply is followed by silence until it is.
            if (!hushed && written > 0 && write(new short[bytes / 2])) {
                waitUntilSounded(written);
            }
        }

        private synchronized short[] next() {
            while (pieces.isEmpty() && !whole && !hushed) {
                rest(0);
            }
            return pieces.poll();
        }

        private synchronized void look() {
            if (!hushed) {
                rest(LOOK_MS);
            }
        }

        /** Call while holding the lock; 0 waits for news alone. */
        private void rest(long ms) {
            try {
                wait(ms);
            } catch (InterruptedException e) {
                hushed = true;
            }
        }

        /** Waits until the device has taken it; false when it shall not, or the device takes no more. */
        private boolean write(short[] samples) {
            byte[] bytes = new byte[2 * samples.length];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(samples);
            int done = 0;
            long moved = System.nanoTime();
            while (done < bytes.length && !hushed) {
                int count = track.write(bytes, done, bytes.length - done);
                if (count < 0 || count == 0 && System.nanoTime() - moved > STUCK_NS) {
                    Log.e(TAG, "the loudspeaker takes nothing: " + count);
                    return false;
                }
                if (count > 0) {
                    done += count;
                    moved = System.nanoTime();
                } else {
                    look();
                }
            }
            return !hushed;
        }

        private void waitUntilSounded(long written) {
            long head = -1;
            long moved = System.nanoTime();
            while (!hushed) {
                long now = track.getPlaybackHeadPosition() & 0xffffffffL;
                if (now >= written) {
                    return;
                }
                if (now != head) {
                    head = now;
                    moved = System.nanoTime();
                } else if (System.nanoTime() - moved > STUCK_NS) {
                    Log.e(TAG, "the loudspeaker stands still");
                    return;
                }
                look();
            }
        }
    }
}
