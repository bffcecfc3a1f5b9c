package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an application's images are made from: its page {@code image.yml}. It is the application's, not an environment's, so
 * any environment can run any of its images. Read by the front doors for a bake and for the doctor.
 *
 * @param files where the application is
 * @param baseImage the published image that the base layer starts from
 * @param packages further packages of the operating system, for the application layer
 * @param buildPackages such packages that are there only while the application's are built
 * @param allowances what it may do on its machine
 * @param trial how it is started in the bake
 * @param instanceType type of the instance that bakes; empty for the default of its architecture
 * @param vpcId where it bakes; empty for the region's default VPC
 * @param subnetId its subnet; empty leaves the choice to AWS
 * @param baseMaxAgeDays age in days from which a base layer is made anew
 * @param tags further tags of images, their snapshots and of what lives for the bake only
 */
public record ImageSettings(
        ApplicationFiles files,
        BaseImage baseImage,
        List<String> packages,
        List<String> buildPackages,
        Allowances allowances,
        TrialStart trial,
        String instanceType,
        String vpcId,
        String subnetId,
        int baseMaxAgeDays,
        Map<String, String> tags) {

    /** Where the page is when nobody says otherwise, relative to the application's repository. */
    public static final String DEFAULT_FILE = "image.yml";

    /** What holds where the page is silent, or not there. */
    public static final ImageSettings DEFAULTS = new ImageSettings(
            ApplicationFiles.DEFAULTS,
            BaseImage.DEBIAN_12,
            List.of(),
            List.of(),
            Allowances.DEFAULTS,
            TrialStart.DEFAULTS,
            "",
            "",
            "",
            7,
            Map.of());

    public ImageSettings {
        Objects.requireNonNull(files, "files");
        Objects.requireNonNull(baseImage, "baseImage");
        Objects.requireNonNull(allowances, "allowances");
        Objects.requireNonNull(trial, "trial");
        Objects.requireNonNull(instanceType, "instanceType");
        Objects.requireNonNull(vpcId, "vpcId");
        Objects.requireNonNull(subnetId, "subnetId");
        packages = List.copyOf(new TreeSet<>(packages));
        buildPackages = List.copyOf(new TreeSet<>(buildPackages));
        tags = Map.copyOf(tags);
    }

    /**
     * Reads the page.
     *
     * @param file its name for messages
     * @param text what is in it
     * @param yaml parses YAML into a tree
     * @throws IllegalArgumentException in one line, with file, key and cure
     */
    public static ImageSettings parse(String file, String text, JsonParser yaml) {
        try {
            return new ImagePage(yaml.parse(text)).read();
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    /** How old a base layer may become. */
    public Duration baseMaxAge() {
        return Duration.ofDays(baseMaxAgeDays);
    }

    /** The same with tags that hold where the page does not give them itself. */
    public ImageSettings withDefaultTags(Map<String, String> defaults) {
        Map<String, String> all = new TreeMap<>(defaults);
        all.putAll(tags);
        return new ImageSettings(
                files,
                baseImage,
                packages,
                buildPackages,
                allowances,
                trial,
                instanceType,
                vpcId,
                subnetId,
                baseMaxAgeDays,
                all);
    }
}
