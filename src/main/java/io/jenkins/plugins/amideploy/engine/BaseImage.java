package io.jenkins.plugins.amideploy.engine;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The images that ours can be baked from; the newest that matches is taken. The Packer template looks for the same. */
public enum BaseImage {
    /** Debian's own images (wiki.debian.org/Cloud/AmazonEC2Image). */
    DEBIAN_12("debian-12", "136693071363", "debian-12-amd64-*"),

    /** Amazon's own images (AL2023 user guide, "AL2023 on Amazon EC2"). */
    AMAZON_LINUX_2023("amazon-linux-2023", "137112412989", "al2023-ami-2023.*-x86_64");

    private final String name;
    private final String owner;
    private final String pattern;

    BaseImage(String name, String owner, String pattern) {
        this.name = name;
        this.owner = owner;
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException when there is none of this name */
    public static BaseImage named(String name) {
        return Arrays.stream(values())
                .filter(image -> image.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("base_image is \"" + name + "\": it must be one of "
                        + Arrays.stream(values()).map(image -> image.name).collect(Collectors.joining(", "))));
    }

    /** Id of the account that publishes it. */
    public String owner() {
        return owner;
    }

    /** Pattern of its names, as DescribeImages takes it. */
    public String pattern() {
        return pattern;
    }
}
