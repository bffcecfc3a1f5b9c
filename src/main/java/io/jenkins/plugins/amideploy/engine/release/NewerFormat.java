package io.jenkins.plugins.amideploy.engine.release;

/** A record of a later version of ours, which is not to be mended but read by that version. */
final class NewerFormat extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NewerFormat(long format) {
        super("format " + format + " is newer than this version reads (" + Begin.FORMAT
                + "): use the version that wrote it, or a newer one");
    }

    /** The same with the name of the object. */
    IllegalArgumentException of(String key) {
        return new IllegalArgumentException(key + " in the state bucket: " + getMessage(), this);
    }
}
