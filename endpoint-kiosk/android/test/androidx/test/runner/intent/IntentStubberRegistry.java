package androidx.test.runner.intent;

/** No intent is answered in another's place; see InstrumentationRegistry. */
public final class IntentStubberRegistry {
    private IntentStubberRegistry() {
    }

    public static boolean isLoaded() {
        return false;
    }

    public static IntentStubber getInstance() {
        throw new IllegalStateException("no intent is answered in another's place here");
    }
}
