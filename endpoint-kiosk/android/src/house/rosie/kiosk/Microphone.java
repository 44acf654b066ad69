package house.rosie.kiosk;

import android.media.AudioFormat;
import android.media.AudioRecord;
import android.media.MediaRecorder;
import android.os.Process;
import android.util.Log;

/** The device's microphone, on a thread of its own while it is open; opened again by itself when it fails. */
final class Microphone implements Endpoint.Ears {
    private static final String TAG = "RosieMicrophone";
    /** The first that the device takes. The higher ones are what its hardware has: 16 kHz of a device that lies about its rate is 8. */
    private static final int[] RATES = {48_000, 44_100, 16_000};
    private static final long AGAIN_MS = 2000;
    private static final long LET_GO_MS = 1000;

    interface Listener {
        void frame(short[] frame);
    }

    private final Settings settings;
    private final Listener listener;
    private Recording recording;
    /** Also when it has ended: some devices give the microphone only when it was let go. */
    private Recording last;

    Microphone(Settings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    @Override
    public synchronized void open() {
        if (recording == null) {
            recording = new Recording(last);
            last = recording;
            recording.start();
        }
    }

    @Override
    public synchronized void close() {
        if (recording != null) {
            recording.end();
            recording = null;
        }
    }

    private final class Recording extends Thread {
        private Recording before;
        private volatile boolean ended;

        Recording(Recording before) {
            super("rosie-microphone");
            setDaemon(true);
            this.before = before;
        }

        void end() {
            ended = true;
            interrupt();
        }

        @Override
        public void run() {
            Process.setThreadPriority(Process.THREAD_PRIORITY_URGENT_AUDIO);
            try {
                if (before != null) {
                    before.join(LET_GO_MS);
                }
            } catch (InterruptedException closed) {
                ended = true;
            }
            before = null;
            while (!ended) {
                AudioRecord device = firstThatOpens();
                if (device != null) {
                    try {
                        listen(device);
                    } finally {
                        device.release();
                    }
                }
                if (!ended) {
                    Log.w(TAG, "the microphone gives nothing; trying again");
                    pause();
                }
            }
        }

        private void pause() {
            try {
                Thread.sleep(AGAIN_MS);
            } catch (InterruptedException closed) {
                ended = true;
            }
        }

        /** Returns when it shall, or when the device fails. */
        private void listen(AudioRecord device) {
            final int declared = device.getSampleRate();
            Capture capture = new Capture(settings.trueRate(declared), new Capture.Listener() {
                @Override
                public void frame(short[] frame) {
                    if (!ended) {
                        listener.frame(frame);
                    }
                }

                @Override
                public void trueRate(int rate) {
                    Log.w(TAG, "the microphone says " + declared + " Hz and delivers " + rate);
                    settings.keepTrueRate(declared, rate);
                }
            });
            device.startRecording();
            short[] block = new short[declared / 50];
            while (!ended) {
                int count = device.read(block, 0, block.length);
                if (count <= 0) {
                    return;
                }
                capture.push(block, count, System.nanoTime() / 1_000_000);
            }
            device.stop();
        }

        private AudioRecord firstThatOpens() {
            for (int rate : RATES) {
                int least = AudioRecord.getMinBufferSize(rate, AudioFormat.CHANNEL_IN_MONO, AudioFormat.ENCODING_PCM_16BIT);
                if (least <= 0) {
                    continue;
                }
                try {
                    // Half a second: a busy device may come late to read.
                    AudioRecord device = new AudioRecord(MediaRecorder.AudioSource.VOICE_RECOGNITION, rate,
                        AudioFormat.CHANNEL_IN_MONO, AudioFormat.ENCODING_PCM_16BIT, Math.max(least, rate));
                    if (device.getState() == AudioRecord.STATE_INITIALIZED) {
                        return device;
                    }
                    device.release();
                } catch (IllegalArgumentException e) {
                    Log.w(TAG, "no microphone at " + rate + " Hz", e);
                }
            }
            return null;
        }
    }
}
