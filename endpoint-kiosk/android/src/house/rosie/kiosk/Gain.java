package house.rosie.kiosk;

/**
 * Brings quiet speech up: the Echo Show's one microphone that LineageOS uses is very quiet. Only what stands out of the room
 * moves the gain, so that an empty room is not made loud; what would clip lowers it at once.
 */
final class Gain {
    /** Where speech shall stand: 20 dB below full scale. */
    private static final double TARGET = 3277;
    private static final double LARGEST = 24;
    private static final double CEILING = 31_000;
    /** Speech is so many times as loud as the room. */
    private static final double STANDS_OUT = 3;
    /** The quietest that is taken for speech. */
    private static final double FAINTEST = 20;
    /** A frame's part of the way up: about a second to be there. */
    private static final double RISE = 0.06;
    private static final double FALL = 0.3;
    /** How fast the room is taken to grow louder, each frame; quieter it is at once. */
    private static final double ROOM_RISE = 1.01;

    private double gain = 1;
    private double room = -1;

    /** Changes the frame in place. */
    void apply(float[] frame) {
        double energy = 0;
        double peak = 1;
        for (float sample : frame) {
            energy += sample * sample;
            peak = Math.max(peak, Math.abs(sample));
        }
        double loudness = Math.sqrt(energy / Math.max(1, frame.length));
        // A stream of zeros is a microphone that is not there yet: it says nothing of the room.
        if (loudness >= 1) {
            room = room < 0 ? loudness : Math.min(loudness, room * ROOM_RISE);
        }
        if (loudness > FAINTEST && loudness > room * STANDS_OUT) {
            double wanted = Math.max(1, Math.min(LARGEST, TARGET / loudness));
            gain += (wanted - gain) * (wanted > gain ? RISE : FALL);
        }
        gain = Math.max(0.1, Math.min(gain, CEILING / peak));
        for (int i = 0; i < frame.length; i++) {
            frame[i] *= gain;
        }
        if (gain < 1) {
            gain = Math.min(1, gain * 1.05);
        }
    }
}
