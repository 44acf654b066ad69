package house.rosie.kiosk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Binary messages of the protocol: a header of eight bytes (kind, three zeros, turn) and signed 16-bit samples. */
final class Framing {
    static final int HEADER_BYTES = 8;
    private static final byte AUDIO = 1;

    private Framing() {
    }

    /** A piece of a reply; {@code turn} is its lower 32 bits. */
    static final class Audio {
        final int turn;
        final short[] samples;

        Audio(int turn, short[] samples) {
            this.turn = turn;
            this.samples = samples;
        }
    }

    /** From an endpoint the turn is 0: the appliance knows which it is. */
    static byte[] encode(short[] samples) {
        ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        message.put(AUDIO).position(HEADER_BYTES);
        message.asShortBuffer().put(samples);
        return message.array();
    }

    /** What came, or null when it is no audio: version 1 may grow other kinds. */
    static Audio decode(byte[] message) {
        if (message.length < HEADER_BYTES || message[0] != AUDIO || message.length % 2 != 0) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        int turn = bytes.getInt(4);
        bytes.position(HEADER_BYTES);
        short[] samples = new short[bytes.remaining() / 2];
        bytes.asShortBuffer().get(samples);
        return new Audio(turn, samples);
    }
}
