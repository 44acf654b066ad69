package androidx.test.platform.app;

import android.app.Instrumentation;
import android.os.Bundle;

/**
 * Robolectric is compiled against androidx.test, which Maven Central does not have. These few classes are what it calls when
 * it sets up an application and an activity: where the instrumentation registers itself, and who is told of life cycles and
 * intents. Nobody here asks them anything, so they keep nothing.
 */
public final class InstrumentationRegistry {
    private InstrumentationRegistry() {
    }

    public static void registerInstance(Instrumentation instrumentation, Bundle arguments) {
    }
}
