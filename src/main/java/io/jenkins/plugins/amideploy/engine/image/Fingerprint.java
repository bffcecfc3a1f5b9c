package io.jenkins.plugins.amideploy.engine.image;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a layer is made of, as one hash: SHA-256 over a list of names and values. Layers of one fingerprint are
 * interchangeable. What is in the list is documented in docs/images.md; neither commit, build, time, tags nor the bake's
 * network and instance type are.
 */
final class Fingerprint {
    /** Goes up when the list changes its form, so that no hash of one form is taken for one of another. */
    private static final String FORMAT = "1";

    /** Characters that a name carries, and that people are shown in a sentence. */
    private static final int IN_NAMES = 8;

    private static final int SHOWN = 12;

    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Fingerprint(Layer layer) {
        this();
        with("format", FORMAT);
        with("layer", layer.label());
    }

    /** @param upstreamAmiId the published image that it is baked from */
    static String base(String upstreamAmiId, Survey survey) {
        return new Fingerprint(Layer.BASE)
                .with("upstream image", upstreamAmiId)
                .with("ansible-core", survey.ansibleCore())
                .with("recipe", survey.base())
                .hex();
    }

    /** @param base fingerprint of the base layer */
    static String application(String app, String base, Survey survey, ImageSettings settings) {
        Fingerprint fingerprint = new Fingerprint(Layer.APPLICATION)
                .with("base layer", base)
                .with("application", app)
                .with("ansible-core", survey.ansibleCore());
        fingerprint.with(settings);
        return fingerprint
                .with("recipe", survey.application())
                .with("file", survey.files())
                .with("task", survey.tasks())
                .hex();
    }

    /** What image.yml says, as far as the image or its bake depends on it; which files there are, the files themselves say. */
    private void with(ImageSettings settings) {
        settings.packages().forEach(name -> with("package", name));
        settings.buildPackages().forEach(name -> with("build package", name));
        if (!settings.files().tasks().isEmpty()) {
            with("tasks", settings.files().tasksName());
        }
        Allowances allowances = settings.allowances();
        allowances.outgoingPorts().forEach(port -> with("outgoing port", String.valueOf(port)));
        allowances.systemCalls().forEach(name -> with("system call", name));
        if (allowances.writableMemory()) {
            with("memory", "writable and executable");
        }
        if (!settings.trial().start()) {
            with("trial start", "none");
        }
        new TreeMap<>(settings.trial().environment())
                .forEach((name, value) -> with("trial variable", name).with("value", value));
    }

    /** Of the application's files alone, as {@code ansible/sources.py} makes it of what it packs. */
    static String files(Survey survey) {
        return new Fingerprint().with(survey.files()).hex();
    }

    /** As names of images carry it. */
    static String inName(String fingerprint) {
        return fingerprint.substring(0, IN_NAMES);
    }

    /** For people. */
    static String shown(String fingerprint) {
        return fingerprint.substring(0, SHOWN) + "…";
    }

    /** Neither name nor value holds the character that ends them. */
    private Fingerprint with(String name, String value) {
        for (String part : new String[] {name, value}) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return this;
    }

    private Fingerprint with(Map<String, String> files) {
        new TreeMap<>(files).forEach(this::with);
        return this;
    }

    private Fingerprint with(String name, Map<String, String> files) {
        new TreeMap<>(files).forEach((path, sha256) -> with(name, path).with("sha256", sha256));
        return this;
    }

    private String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
