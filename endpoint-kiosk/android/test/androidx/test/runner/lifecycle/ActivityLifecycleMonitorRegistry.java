package androidx.test.runner.lifecycle;

/** See InstrumentationRegistry. */
public final class ActivityLifecycleMonitorRegistry {
    private ActivityLifecycleMonitorRegistry() {
    }

    public static void registerInstance(ActivityLifecycleMonitor monitor) {
    }
}
