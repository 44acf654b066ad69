package androidx.test.runner.lifecycle;

/** Of the application; see InstrumentationRegistry. */
public enum ApplicationStage { PRE_ON_CREATE, CREATED }
