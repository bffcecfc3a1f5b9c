package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;
import java.util.Optional;

/**
 * What a launch template's version launches, as it was read by an {@link EvidenceReader}. Rollouts ask it before they start, because AWS itself finds out at the
 * first launch only.
 *
 * @param read false: nothing is known
 * @param versionExists whether the version is there
 * @param imageId its image; empty when it names none, or names it by a parameter
 * @param imageState {@code available}, {@code pending}, …; empty when there is no such image that this account may see
 * @param imageArchitecture for example {@code x86_64}; empty when not read
 * @param instanceType its instance type; empty when it names none
 * @param typeArchitectures what the type runs; empty when not read
 */
public record LaunchSource(
        boolean read,
        boolean versionExists,
        String imageId,
        String imageState,
        String imageArchitecture,
        String instanceType,
        List<String> typeArchitectures) {
    /** Nothing is known. */
    public static final LaunchSource UNREAD = new LaunchSource(false, false, "", "", "", "", List.of());

    /** The version, or the template, is not there. */
    public static final LaunchSource MISSING = new LaunchSource(true, false, "", "", "", "", List.of());

    public LaunchSource {
        typeArchitectures = List.copyOf(typeArchitectures);
    }

    /**
     * Why nothing can be launched from it; empty where nothing is seen.
     *
     * @param templateId the template that was asked for
     * @param version the version that was asked for
     */
    public Optional<Diagnosis> unusable(String templateId, String version) {
        if (!read) {
            return Optional.empty();
        }
        if (!versionExists) {
            return Optional.of(new Diagnosis(
                    Cause.TEMPLATE_VERSION_MISSING,
                    "launch template " + templateId + " has no version " + version,
                    List.of("somebody deleted it since it was published"),
                    "",
                    "apply the stack again, which publishes a new version; those that are there:",
                    "aws ec2 describe-launch-template-versions --launch-template-id " + templateId));
        }
        if (!imageId.isEmpty() && imageState.isEmpty()) {
            return Optional.of(new Diagnosis(
                    Cause.IMAGE_MISSING,
                    "image " + imageId + " of launch template " + templateId + " version " + version
                            + " is not there, or not shared with this account",
                    List.of("DescribeImages does not list " + imageId),
                    "",
                    "bake the image again (deploy does), or roll out a version whose image still exists",
                    ""));
        }
        if (imageState.equals("failed") || imageState.equals("error") || imageState.equals("invalid")) {
            return Optional.of(Diagnosis.of(
                    Cause.IMAGE_MISSING,
                    "image " + imageId + " is " + imageState + ", so that nothing can be launched from it",
                    List.of("launch template " + templateId + " version " + version + " names it"),
                    "bake the image again (deploy does)"));
        }
        if (!imageArchitecture.isEmpty()
                && !typeArchitectures.isEmpty()
                && !typeArchitectures.contains(imageArchitecture)) {
            return Optional.of(Diagnosis.of(
                    Cause.UNSUPPORTED_CONFIGURATION,
                    "image " + imageId + " is for " + imageArchitecture + ", instance type " + instanceType + " runs "
                            + String.join(", ", typeArchitectures),
                    List.of("launch template " + templateId + " version " + version + " has both"),
                    "choose an instance_type of the image's architecture in the variables file"));
        }
        return Optional.empty();
    }
}
