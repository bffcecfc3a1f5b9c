package io.jenkins.plugins.amideploy.engine.image;

/** The two layers that images are baked in. */
public enum Layer {
    /** The operating system: slow to make, the same for many changes of the application. */
    BASE("base", "base"),

    /** The base layer and the application on it: what instances boot from. */
    APPLICATION("application", "bake");

    private final String label;
    private final String stage;

    Layer(String label, String stage) {
        this.label = label;
        this.stage = stage;
    }

    /** As tags and the template's variables name it. */
    public String label() {
        return label;
    }

    /** As progress names the work on it. */
    String stage() {
        return stage;
    }
}
