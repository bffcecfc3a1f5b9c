package io.jenkins.plugins.amideploy.engine.image;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The images that a base layer can be baked from; the newest that matches is taken. */
public enum BaseImage {
    /** Debian's own images (wiki.debian.org/Cloud/AmazonEC2Image). */
    DEBIAN_12("debian-12", "136693071363", "debian-12-amd64-*", "debian-12-arm64-*", "admin"),

    /** Amazon's own images (AL2023 user guide, "AL2023 on Amazon EC2"). */
    AMAZON_LINUX_2023(
            "amazon-linux-2023", "137112412989", "al2023-ami-2023.*-x86_64", "al2023-ami-2023.*-arm64", "ec2-user");

    private final String label;
    private final String owner;
    private final String pattern;
    private final String armPattern;
    private final String sshUsername;

    BaseImage(String label, String owner, String pattern, String armPattern, String sshUsername) {
        this.label = label;
        this.owner = owner;
        this.pattern = pattern;
        this.armPattern = armPattern;
        this.sshUsername = sshUsername;
    }

    /** @throws IllegalArgumentException when there is none of this name */
    static BaseImage named(String name) {
        return Arrays.stream(values())
                .filter(image -> image.label.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "base_image is \"" + name.replaceAll("\\s+", " ") + "\": it must be one of "
                                + Arrays.stream(values()).map(BaseImage::label).collect(Collectors.joining(", "))));
    }

    /** As image.yml names it. */
    public String label() {
        return label;
    }

    /** Id of the account that publishes it. */
    public String owner() {
        return owner;
    }

    /** Pattern of its names for an architecture, as DescribeImages takes it. */
    public String pattern(Architecture architecture) {
        return architecture == Architecture.ARM64 ? armPattern : pattern;
    }

    /** The user that a bake logs in as. */
    public String sshUsername() {
        return sshUsername;
    }
}
