package androidx.test.runner.lifecycle;

/** See InstrumentationRegistry. */
public final class ApplicationLifecycleMonitorRegistry {
    private ApplicationLifecycleMonitorRegistry() {
    }

    public static void registerInstance(ApplicationLifecycleMonitor monitor) {
    }
}
