package house.rosie.kiosk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** When the microphone is open and what of it reaches Rosie: she hears only what a person means for her. */
final class Listening {
    /** 320 ms from before the press, so that the first syllable is not lost. */
    private static final int KEPT_FRAMES = 16;

    boolean muted;
    boolean handsFree;
    boolean pressed;
    private String state = "idle";
    private long turn = -1;
    private final Deque<short[]> before = new ArrayDeque<>();

    /** Takes Rosie's state; false when it is of an older turn than is known. */
    boolean state(long ofTurn, String name) {
        if (ofTurn < turn) {
            return false;
        }
        turn = ofTurn;
        state = name;
        return true;
    }

    /** A new session: its turns begin anew. */
    void forget() {
        state = "idle";
        turn = -1;
        pressed = false;
        before.clear();
    }

    /** A turn is going on. */
    boolean busy() {
        return pressed || !state.equals("idle");
    }

    boolean needed(boolean online) {
        boolean open = online && !muted && (handsFree || busy());
        if (!open) {
            before.clear();
        }
        return open;
    }

    /** The frames that belong on the line now that this one came; none of it where nobody {@code may} listen. */
    List<short[]> frame(short[] frame, boolean may) {
        if (!may || muted) {
            before.clear();
            return Collections.emptyList();
        }
        before.add(frame);
        if (pressed || handsFree || state.equals("listening") || state.equals("follow_up")) {
            return fromBefore();
        }
        if (before.size() > KEPT_FRAMES) {
            before.remove();
        }
        return Collections.emptyList();
    }

    /** What was heard just before, once. */
    List<short[]> fromBefore() {
        List<short[]> frames = new ArrayList<>(before);
        before.clear();
        return frames;
    }
}
