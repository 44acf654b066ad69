package house.rosie.kiosk;

/**
 * Looks after the page: one that shows no sign of life is loaded again, and when that does not help the app begins anew. Pure: told
 * of the time, it says what to do.
 */
final class PageWatch {
    enum Deed { NOTHING, RELOAD, RESTART }

    /** A page on a slow device may need so long to begin, and so long to answer. */
    static final long PATIENCE_MS = 45_000;
    /** Reloads that nothing came of, before the app begins anew. */
    static final int RELOADS = 4;

    /** What could not be loaded, because Rosie is away, is tried again so soon. That is no fault of the app. */
    static final long AGAIN_MS = 10_000;

    private long lastSignMs;
    private int reloads;
    private boolean unreachable;

    PageWatch(long nowMs) {
        lastSignMs = nowMs;
    }

    /** The page ran its own script and said so. */
    void alive(long nowMs) {
        lastSignMs = nowMs;
        reloads = 0;
        unreachable = false;
    }

    /** The page could not be fetched. */
    void unreachable(long nowMs) {
        lastSignMs = nowMs;
        unreachable = true;
    }

    /** The screen was off, or the page is loaded for another reason: it has all its time again. */
    void excuse(long nowMs) {
        lastSignMs = nowMs;
    }

    /** Call every few seconds. */
    Deed tick(long nowMs) {
        if (nowMs - lastSignMs < (unreachable ? AGAIN_MS : PATIENCE_MS)) {
            return Deed.NOTHING;
        }
        lastSignMs = nowMs;
        if (unreachable) {
            unreachable = false;
            return Deed.RELOAD;
        }
        reloads++;
        return reloads > RELOADS ? Deed.RESTART : Deed.RELOAD;
    }
}
