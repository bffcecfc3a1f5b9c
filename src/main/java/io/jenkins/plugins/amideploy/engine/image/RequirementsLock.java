package io.jenkins.plugins.amideploy.engine.image;

/** Where the versions that a bake chose are kept, beside states and records: front doors write there what {@link Baked} brings. */
public final class RequirementsLock {
    private RequirementsLock() {}

    /** Key in the state bucket. */
    public static String key(String app, String amiId) {
        return app + "/images/" + amiId + "/requirements.lock";
    }
}
