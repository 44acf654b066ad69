package house.rosie.kiosk;

/** What becomes of the microphone's samples: true rate, 16 kHz, gain, frames of 20 ms. */
final class Capture {
    static final int RATE = 16_000;
    static final int FRAME = 320;

    /** Hears of frames, and once of the rate that the device turned out to have. */
    interface Listener {
        void frame(short[] frame);

        void trueRate(int rate);
    }

    private final Listener listener;
    private final RateMeter meter;
    private final Gain gain = new Gain();
    private Resampler resampler;
    private final float[] frame = new float[FRAME];
    private int filled;

    /** {@code rate}: what the device is known, or says, to deliver. */
    Capture(int rate, Listener listener) {
        this.listener = listener;
        meter = new RateMeter(rate);
        resampler = new Resampler(rate, RATE);
    }

    void push(short[] samples, int count, long nowMs) {
        int rate = meter.add(count, nowMs);
        if (rate > 0) {
            resampler = new Resampler(rate, RATE);
            listener.trueRate(rate);
        }
        for (float sample : resampler.push(samples, count)) {
            frame[filled++] = sample;
            if (filled == FRAME) {
                filled = 0;
                gain.apply(frame);
                short[] out = new short[FRAME];
                for (int i = 0; i < FRAME; i++) {
                    out[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(frame[i])));
                }
                listener.frame(out);
            }
        }
    }
}
