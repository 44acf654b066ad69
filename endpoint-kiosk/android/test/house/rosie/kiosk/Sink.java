package house.rosie.kiosk;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Keeps what a microphone's frames were. */
final class Sink implements Capture.Listener {
    final List<Short> samples = new ArrayList<>();
    int atTold;
    private final IntConsumer told;

    Sink(IntConsumer told) {
        this.told = told;
    }

    @Override
    public void frame(short[] frame) {
        for (short sample : frame) {
            samples.add(sample);
        }
    }

    @Override
    public void trueRate(int rate) {
        atTold = samples.size();
        told.accept(rate);
    }

    /** Of a tone: its crossings of zero upwards in a second. */
    double pitch(int from, int count) {
        int crossings = 0;
        for (int i = from + 1; i < from + count; i++) {
            crossings += samples.get(i - 1) < 0 && samples.get(i) >= 0 ? 1 : 0;
        }
        return crossings * (double) Capture.RATE / count;
    }
}
