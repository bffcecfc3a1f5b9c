package io.jenkins.plugins.amideploy.engine.diagnosis;

/**
 * Names of causes, in which every failure ends; {@code docs/causes.md} has a section for each. New ones may be added; none is renamed, because scripts read them.
 */
public enum Cause {
    /** There is no such group, or it is being deleted. */
    GROUP_MISSING(Family.ROLLOUT),
    /** Desired capacity is 0, so there is nothing that could prove itself. */
    NO_CAPACITY(Family.ROLLOUT),
    /** The launch template names an image that does not exist (any more). */
    IMAGE_MISSING(Family.ROLLOUT),
    /** The image is another account's, which has not shared it. */
    IMAGE_NOT_SHARED(Family.ROLLOUT),
    /** The launch template's version, or the whole template, was deleted. */
    TEMPLATE_VERSION_MISSING(Family.ROLLOUT),
    /** A security group, key pair, subnet, instance profile or target group that the launch needs is not there. */
    CONFIGURATION_MISSING(Family.ROLLOUT),
    /** The image and the instance type, or the instance type and the zone, do not go together. */
    UNSUPPORTED_CONFIGURATION(Family.ROLLOUT),
    /** The account's quota is used up. */
    QUOTA_EXCEEDED(Family.ROLLOUT),
    /** AWS has no such machines left in the zone at the moment. */
    NO_AWS_CAPACITY(Family.ROLLOUT),
    /** A subnet has no address left for another instance. */
    NO_FREE_ADDRESSES(Family.ROLLOUT),
    /** A role or the caller lacks a permission that the launch needs, the key of an encrypted image included. */
    LAUNCH_NOT_PERMITTED(Family.ROLLOUT),
    /** Launches fail for a reason that has no name here; the evidence has AWS's words. */
    LAUNCH_FAILED(Family.ROLLOUT),
    /** Instances of the wanted version never passed the health checks. */
    NEVER_HEALTHY(Family.ROLLOUT),
    /** Instances of the wanted version passed the health checks and then failed them. */
    DOES_NOT_STAY_HEALTHY(Family.ROLLOUT),
    /** The application ends again and again as soon as it is started. */
    APPLICATION_ENDS(Family.ROLLOUT),
    /** The application runs and listens on another port than the health check asks. */
    WRONG_PORT(Family.ROLLOUT),
    /** A setting or secret that the application is to have at launch cannot be had. */
    SETTING_MISSING(Family.ROLLOUT),
    /** A security-group rule is missing between client, load balancer and instances. */
    PATH_CLOSED(Family.ROLLOUT),
    /** No listener of the load balancer leads to a target group of the group. */
    LISTENER_MISSING(Family.ROLLOUT),
    /** The load balancer is not enabled in a zone in which the group has instances. */
    ZONE_NOT_ENABLED(Family.ROLLOUT),
    /** A target group that must be attached is not. */
    TARGET_GROUP_MISSING(Family.ROLLOUT),
    /** A process of the group that a rollout needs is suspended. */
    PROCESS_SUSPENDED(Family.ROLLOUT),
    /** An instance is in Standby, for which a refresh waits. */
    INSTANCE_STANDBY(Family.ROLLOUT),
    /** An instance is protected from scale-in, for which a refresh waits. */
    INSTANCE_PROTECTED(Family.ROLLOUT),
    /** A lifecycle hook holds an instance, and nobody completes it. */
    HOOK_WAITS(Family.ROLLOUT),
    /** An alarm turned red during the rollout. */
    ALARM_RED(Family.ROLLOUT),
    /** The group has a mixed instances policy, which a rollout to one launch-template version does not replace. */
    MIXED_INSTANCES(Family.ROLLOUT),
    /** The refresh runs and launches nothing. */
    REFRESH_CANNOT_LAUNCH(Family.ROLLOUT),
    /** AWS ended the refresh as failed. */
    REFRESH_FAILED(Family.ROLLOUT),
    /** Somebody cancelled the refresh. */
    REFRESH_CANCELLED(Family.ROLLOUT),
    /** The refresh was rolled back by AWS or by somebody. */
    ROLLED_BACK(Family.ROLLOUT),
    /** Another refresh of the group is running. */
    OTHER_REFRESH_RUNNING(Family.ROLLOUT),
    /** AWS does not accept the refresh. */
    REFRESH_REFUSED(Family.ROLLOUT),
    /** The refresh is successful and an instance still runs another version. */
    WRONG_VERSION(Family.ROLLOUT),
    /** Time is up and nothing above explains it. */
    DEADLINE(Family.ROLLOUT),
    /** The caller stopped the work. */
    ABORTED(Family.ROLLOUT),

    /** A command of the bake failed; the evidence has its own last lines. */
    COMMAND_FAILED(Family.BAKE),
    /** The disk of the machine that bakes is full. */
    DISK_FULL(Family.BAKE),
    /** A package that the bake is to install is not to be had. */
    PACKAGE_MISSING(Family.BAKE),
    /** The machine that bakes does not let this computer in by SSH. */
    SSH_REFUSED(Family.BAKE),
    /** SELinux or the unit's filter refuses the application something. */
    DENIED_ON_MACHINE(Family.BAKE),
    /** No upstream image is found to bake on. */
    BASE_IMAGE_MISSING(Family.BAKE),
    /** An image of the name is there already. */
    IMAGE_NAME_TAKEN(Family.BAKE),
    /** The application's files or its image.yml are not as a bake needs them. */
    SURVEY_REFUSED(Family.BAKE),

    /** Another run holds the lock of the stack's state. */
    STATE_LOCKED(Family.STACK),
    /** Another run has the environment. */
    ENVIRONMENT_HELD(Family.STACK),
    /** What an apply did could not be written to the state, and is kept on the computer that ran it. */
    STATE_NOT_WRITTEN(Family.STACK),
    /** The bucket for the state is not there. */
    STATE_BUCKET_MISSING(Family.STACK),
    /** The state has changed since the plan was made. */
    PLAN_STALE(Family.STACK),
    /** Something of the name is there already, and the state does not know it. */
    NOT_OURS(Family.STACK),
    /** Something is protected from being deleted. */
    DELETION_PROTECTED(Family.STACK),
    /** Something of ours is still there after a teardown. */
    LEFT_BEHIND(Family.STACK),
    /** A tool failed for a reason that has no name here; the evidence has its words. */
    TOOL_FAILED(Family.STACK),

    /** No credentials were found. */
    NO_CREDENTIALS(Family.ACCESS),
    /** The credentials were valid once. */
    CREDENTIALS_EXPIRED(Family.ACCESS),
    /** AWS does not know the credentials. */
    CREDENTIALS_REFUSED(Family.ACCESS),
    /** The profile that is named is in no file. */
    PROFILE_MISSING(Family.ACCESS),
    /** A person has to log in again: single sign-on, a second factor. */
    LOGIN_NEEDED(Family.ACCESS),
    /** The clock of this computer is wrong. */
    CLOCK_SKEW(Family.ACCESS),
    /** The account has not enabled the region. */
    REGION_NOT_ENABLED(Family.ACCESS),
    /** The credentials lack the permission for an action. */
    ACCESS_DENIED(Family.ACCESS),
    /** A policy denies an action in so many words, so that allowing it elsewhere does not help. */
    DENIED_EXPLICITLY(Family.ACCESS),
    /** Nothing answers at the endpoint. */
    NO_ANSWER(Family.ACCESS),
    /** AWS asks for fewer calls, longer than the work could wait. */
    THROTTLED(Family.ACCESS),
    /** AWS refuses a call for a reason that has no name here; the evidence has its words. */
    AWS_REFUSED(Family.ACCESS),

    /** An option, a variable or a file of the caller is wrong. */
    BAD_INPUT(Family.INPUT),
    /** A tool is not installed. */
    TOOL_MISSING(Family.INPUT);

    /** What a cause is about. */
    public enum Family {
        /** The group, its instances and the way to them. */
        ROLLOUT,
        /** Making an image. */
        BAKE,
        /** The stack, its state and its environment. */
        STACK,
        /** Credentials, permissions, the connection to AWS. */
        ACCESS,
        /** What the caller gave. */
        INPUT
    }

    private final Family family;

    Cause(Family family) {
        this.family = family;
    }

    public Family family() {
        return family;
    }
}
