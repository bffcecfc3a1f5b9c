package io.jenkins.plugins.amideploy.engine.image;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/** Architectures of the processors that images are made for; {@link ImageReader} says which one an instance type has. */
public enum Architecture {
    /** Intel's and AMD's. */
    X86_64("x86_64", "t3.small"),

    /** AWS Graviton. Nothing of it was booted by this project's own tests. */
    ARM64("arm64", "t4g.small");

    private final String label;
    private final String bakeInstanceType;

    Architecture(String label, String bakeInstanceType) {
        this.label = label;
        this.bakeInstanceType = bakeInstanceType;
    }

    /** The first of ours among EC2's names; empty where an image for none of them would boot. */
    public static Optional<Architecture> among(Collection<String> names) {
        return Arrays.stream(values())
                .filter(architecture -> names.contains(architecture.label))
                .findFirst();
    }

    /** As EC2 and the template's variables name it. */
    public String label() {
        return label;
    }

    /** Type of the instance that bakes where image.yml names none. */
    String bakeInstanceType() {
        return bakeInstanceType;
    }
}
