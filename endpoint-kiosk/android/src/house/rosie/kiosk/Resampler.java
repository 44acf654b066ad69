package house.rosie.kiosk;

import java.util.Arrays;

/**
 * Changes the rate of a stream of samples, block by block, without a seam: windowed sinc (Kaiser) interpolation after Smith,
 * "Digital Audio Resampling Home Page" (CCRMA), as resampler.js of the page.
 */
final class Resampler {
    private static final int ZERO_CROSSINGS = 16;
    private static final int STEPS = 512;
    private static final double KAISER_BETA = 8;
    private static final double ROLL_OFF = 0.92;
    private static final float[] KERNEL = kernel();

    private final double step;
    private final double cutoff;
    private final int half;
    private float[] pending;
    private double position;

    Resampler(int fromRate, int toRate) {
        step = (double) fromRate / toRate;
        cutoff = Math.min(1, (double) toRate / fromRate) * ROLL_OFF;
        half = (int) Math.ceil(ZERO_CROSSINGS / cutoff);
        pending = new float[half];
        position = half;
    }

    /** The samples that {@code count} of {@code input} make possible, in the same scale. */
    float[] push(short[] input, int count) {
        float[] joined = Arrays.copyOf(pending, pending.length + count);
        for (int i = 0; i < count; i++) {
            joined[pending.length + i] = input[i];
        }
        int last = joined.length - half - 1;
        int made = last < position ? 0 : (int) Math.floor((last - position) / step) + 1;
        float[] out = new float[made];
        for (int i = 0; i < made; i++) {
            out[i] = interpolate(joined, position + i * step);
        }
        double next = position + made * step;
        int drop = Math.max(0, (int) Math.floor(next) - half);
        pending = Arrays.copyOfRange(joined, drop, joined.length);
        position = next - drop;
        return out;
    }

    private float interpolate(float[] samples, double where) {
        int first = Math.max(0, (int) Math.ceil(where - half));
        int last = Math.min(samples.length - 1, (int) Math.floor(where + half));
        double sum = 0;
        for (int i = first; i <= last; i++) {
            double x = Math.abs(where - i) * cutoff * STEPS;
            int index = (int) x;
            if (index < ZERO_CROSSINGS * STEPS) {
                sum += samples[i] * (KERNEL[index] + (KERNEL[index + 1] - KERNEL[index]) * (x - index));
            }
        }
        return (float) (sum * cutoff);
    }

    private static float[] kernel() {
        float[] table = new float[ZERO_CROSSINGS * STEPS + 2];
        for (int i = 0; i <= ZERO_CROSSINGS * STEPS; i++) {
            double x = (double) i / STEPS;
            double sinc = x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
            double edge = x / ZERO_CROSSINGS;
            table[i] = (float) (sinc * bessel0(KAISER_BETA * Math.sqrt(1 - edge * edge)) / bessel0(KAISER_BETA));
        }
        return table;
    }

    private static double bessel0(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; k < 30; k++) {
            term *= (x / (2 * k)) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
