package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.Tags;
import java.util.Objects;
import java.util.Set;

/**
 * Something of ours that is still there, with why and what to do.
 *
 * @param resource what is there
 * @param why what keeps it
 * @param cure what to do
 * @param going whether AWS is taking it away already, so that waiting is enough
 */
public record Leftover(Resource resource, String why, String cure, boolean going) {
    private static final Set<String> GOING =
            Set.of("shutting-down", "stopping", "deleting", "deleted", "Delete in progress");

    public Leftover {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(why, "why");
        Objects.requireNonNull(cure, "cure");
    }

    /** Whether AWS is taking it away already. */
    static boolean isGoing(Resource resource) {
        return isGoing(resource.state());
    }

    static boolean isGoing(String state) {
        return GOING.contains(state);
    }

    /**
     * What is there still.
     *
     * @param failure why its removal was refused; null when nobody tried
     * @param command to be run again, see {@link Scope#command}
     */
    static Leftover of(Resource resource, String failure, String command) {
        if (isGoing(resource)) {
            return new Leftover(resource, "AWS is taking it away (" + resource.state() + ")", "wait", true);
        }
        if (failure != null) {
            return new Leftover(resource, failure, cure(resource, command), false);
        }
        return switch (resource.kind()) {
            case IMAGE, SNAPSHOT -> new Leftover(resource, "not removed yet", "run " + command + " again", true);
            case NETWORK_INTERFACE ->
                new Leftover(
                        resource,
                        "a load balancer's or an instance's, which AWS releases some minutes later (" + resource.state()
                                + ")",
                        "wait some minutes and run destroy again",
                        true);
            default ->
                new Leftover(
                        resource,
                        resource.isTemporary() ? "left by a bake" : "terraform destroy did not remove it",
                        cure(resource, command),
                        true);
        };
    }

    /** @return an image or snapshot that stays, since it could not be seen who needs it */
    static Leftover undecided(Resource resource) {
        return new Leftover(
                resource,
                "not removed, since it could not be looked at who needs it",
                "let it be looked at, as told, and run destroy again",
                false);
    }

    /** @return what no environment owns, and so none takes away */
    static Leftover stranger(Resource resource) {
        return new Leftover(
                resource,
                "carries the application's tag and belongs to no environment",
                "remove it, or its tag " + Tags.APP,
                false);
    }

    private static String cure(Resource resource, String command) {
        String first =
                switch (resource.kind()) {
                    case IMAGE -> "see whether deregistration protection or another account's use keeps it, then ";
                    case SNAPSHOT -> "see whether an image or a Recycle Bin rule still uses it, then ";
                    case LOAD_BALANCER ->
                        "where it has deletion protection, switch that off (aws elbv2"
                                + " modify-load-balancer-attributes --load-balancer-arn " + resource.id()
                                + " --attributes Key=deletion_protection.enabled,Value=false), then ";
                    case SECURITY_GROUP -> "see which network interface still uses it, then ";
                    default -> "";
                };
        return first + "run " + command + " again";
    }

    /** {@code security group sg-0123 (web-prod-lb): terraform destroy did not remove it; run destroy again}. */
    public String text() {
        return resource.text() + ": " + why + "; " + cure;
    }
}
