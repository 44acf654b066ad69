package house.rosie.kiosk;

/** Pauses between tries to connect, as docs/protocol.md says: doubled up to a ceiling, the upper half of each by chance. */
final class Backoff {
    private static final long FIRST_MS = 500;
    private static final long LONGEST_MS = 15_000;
    private static final long LONGEST_ASKED_MS = 60_000;

    private Backoff() {
    }

    /** {@code attempt} counts failures from 0; {@code chance} is 0 to 1. */
    static long pauseMs(int attempt, double chance) {
        long whole = Math.min(LONGEST_MS, FIRST_MS << Math.min(attempt, 10));
        return whole / 2 + Math.round(chance * (whole - whole / 2));
    }

    /** The pause that a `going_away` asks for, and up to half a second, so that a house does not come back in one instant. */
    static long askedMs(long retryAfterMs, double chance) {
        return Math.max(FIRST_MS, Math.min(LONGEST_ASKED_MS, retryAfterMs)) + Math.round(chance * FIRST_MS);
    }
}
