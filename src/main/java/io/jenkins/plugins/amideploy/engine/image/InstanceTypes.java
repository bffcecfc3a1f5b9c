package io.jenkins.plugins.amideploy.engine.image;

import java.util.List;

/** Which {@link Architecture} an instance type has; a bake and the doctor ask it before anything is made for the wrong one. */
public final class InstanceTypes {
    private final ImageReader reader;
    private final String region;

    public InstanceTypes(ImageReader reader, String region) {
        this.reader = reader;
        this.region = region;
    }

    /**
     * The type's architecture.
     *
     * @throws IllegalArgumentException in one line when the region does not offer the type, or no image of ours would boot on it
     */
    public Architecture architecture(String instanceType) {
        List<String> names = reader.architectures(instanceType);
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "instance_type " + instanceType + " is not offered in region " + region + ": choose another one");
        }
        return Architecture.among(names)
                .orElseThrow(() -> new IllegalArgumentException("instance_type " + instanceType + " boots images for "
                        + String.join(", ", names) + " only: choose one for x86_64 or arm64"));
    }

    /** @throws IllegalArgumentException in one line when the instance that bakes cannot make an image for the group's */
    public static void requireSame(
            String instanceType, Architecture architecture, String bakeInstanceType, Architecture ofTheBake) {
        if (architecture != ofTheBake) {
            throw new IllegalArgumentException("image.yml: instance_type " + bakeInstanceType + " is "
                    + ofTheBake.label() + ", but the environment's instance_type " + instanceType + " is "
                    + architecture.label() + ": take it out of image.yml, which chooses "
                    + architecture.bakeInstanceType() + ", or name one for " + architecture.label());
        }
    }
}
