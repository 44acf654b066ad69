package androidx.test.runner.lifecycle;

/** Of an activity; see InstrumentationRegistry. */
public enum Stage { PRE_ON_CREATE, CREATED, STARTED, RESUMED, PAUSED, STOPPED, RESTARTED, DESTROYED }
