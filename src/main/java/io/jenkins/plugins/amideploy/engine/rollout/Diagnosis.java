package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.List;
import java.util.Objects;

/**
 * The named cause of a failure, with what was seen and what to do.
 *
 * @param cause the name, stable for machines
 * @param summary one line for people
 * @param evidence what AWS said, one line each
 * @param cure what to do next
 */
public record Diagnosis(Cause cause, String summary, List<String> evidence, String cure) {
    public Diagnosis {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(summary, "summary");
        Objects.requireNonNull(cure, "cure");
        evidence = List.copyOf(evidence);
    }

    /** Names of causes. New ones may be added; none is renamed, because scripts read them. */
    public enum Cause {
        /** There is no such group, or it is being deleted. */
        GROUP_MISSING,
        /** Desired capacity is 0, so there is nothing that could prove itself. */
        NO_CAPACITY,
        /** The launch template names an image that does not exist (any more) or is not available to the account. */
        IMAGE_MISSING,
        /** The launch template, its security group, key pair, subnet or target group is not there. */
        CONFIGURATION_MISSING,
        /** The image and the instance type, or the instance type and the zone, do not go together. */
        UNSUPPORTED_CONFIGURATION,
        /** The account's quota is used up. */
        QUOTA_EXCEEDED,
        /** AWS has no such machines left in the zone at the moment. */
        NO_AWS_CAPACITY,
        /** A role or the caller lacks a permission that the launch needs, the key of an encrypted image included. */
        LAUNCH_NOT_PERMITTED,
        /** Launches fail for a reason that has no name here; the evidence has AWS's words. */
        LAUNCH_FAILED,
        /** Instances of the wanted version never passed the health checks. */
        NEVER_HEALTHY,
        /** Instances of the wanted version passed the health checks and then failed them. */
        DOES_NOT_STAY_HEALTHY,
        /** The refresh runs and launches nothing. */
        REFRESH_CANNOT_LAUNCH,
        /** AWS ended the refresh as failed. */
        REFRESH_FAILED,
        /** Somebody cancelled the refresh. */
        REFRESH_CANCELLED,
        /** The refresh was rolled back by AWS or by somebody. */
        ROLLED_BACK,
        /** Another refresh of the group is running. */
        OTHER_REFRESH_RUNNING,
        /** AWS does not accept the refresh. */
        REFRESH_REFUSED,
        /** The refresh is successful and an instance still runs another version. */
        WRONG_VERSION,
        /** A target group that must be attached is not. */
        TARGET_GROUP_MISSING,
        /** Time is up and nothing above explains it. */
        DEADLINE,
        /** The caller stopped the rollout. */
        ABORTED,
        /** AWS did not let us look or act: credentials, permissions. */
        AWS_REFUSED
    }
}
