package house.rosie.kiosk;

/**
 * The rate at which a microphone really delivers. Some systems (LineageOS on the Echo Show 5 among them) report 44.1 kHz and
 * deliver 22.05: taken at their word, everyone would speak twice too fast for the recogniser. As rate-meter.js of the page.
 */
final class RateMeter {
    private static final int[] KNOWN = {8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000};
    private static final long LONGEST_GAP_MS = 400;
    private static final long ENOUGH_MS = 2500;
    private static final double TOLERANCE = 0.15;

    private int rate;
    private long samples;
    private long elapsedMs;
    private long lastMs = -1;

    RateMeter(int assumedRate) {
        rate = assumedRate;
    }

    /**
     * Tells of samples that arrived at {@code nowMs} (a monotonic clock). The true rate once it is certain that it is
     * another than was assumed, else 0. A pause starts over.
     */
    int add(int count, long nowMs) {
        if (lastMs < 0 || nowMs - lastMs > LONGEST_GAP_MS) {
            restart(nowMs);
            return 0;
        }
        samples += count;
        elapsedMs += nowMs - lastMs;
        lastMs = nowMs;
        if (elapsedMs < ENOUGH_MS) {
            return 0;
        }
        double measured = samples * 1000.0 / elapsedMs;
        restart(nowMs);
        if (Math.abs(measured / rate - 1) < TOLERANCE) {
            return 0;
        }
        int nearest = nearest(measured);
        if (nearest == rate) {
            return 0;
        }
        rate = nearest;
        return rate;
    }

    private void restart(long nowMs) {
        samples = 0;
        elapsedMs = 0;
        lastMs = nowMs;
    }

    /** The customary rate nearest to a measured one, by ratio. */
    static int nearest(double measured) {
        int best = KNOWN[0];
        for (int known : KNOWN) {
            if (Math.abs(Math.log(known / measured)) < Math.abs(Math.log(best / measured))) {
                best = known;
            }
        }
        return best;
    }
}
