package io.jenkins.plugins.amideploy.engine;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Rule: an environment opens no TCP port that the image's application may not connect to, since on the machine it would be denied
 * all the same. Asked before a bake with what image.yml says, and before a plan with what the image's tag says.
 */
public final class OutgoingPorts {
    /** Value of the tag where the application may connect to nothing. */
    private static final String NONE = "none";

    private OutgoingPorts() {}

    /** The ports of an image's tag; an image without the tag allows none. */
    public static List<Integer> ofTag(String value) {
        return value == null || value.isEmpty() || value.equals(NONE)
                ? List.of()
                : Arrays.stream(value.split(","))
                        .map(String::strip)
                        .filter(port -> port.matches("\\d{1,5}"))
                        .map(Integer::valueOf)
                        .toList();
    }

    /**
     * Why a plan must not be made.
     *
     * @param opened by instance_egress, for TCP
     * @param allowed by the image
     * @param image what it is, for people
     * @return empty where all is well
     */
    public static Optional<Diagnosis> refusal(List<Integer> opened, Collection<Integer> allowed, String image) {
        List<Integer> missing =
                opened.stream().filter(port -> !allowed.contains(port)).toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Diagnosis.of(
                        Cause.BAD_INPUT,
                        "instance_egress opens tcp " + text(missing) + ", but " + image + " allows "
                                + (allowed.isEmpty() ? "no outgoing connection" : "tcp " + text(allowed)),
                        List.of(),
                        "add " + text(missing) + " to outgoing_ports in image.yml and bake, or take it out of"
                                + " instance_egress in the variables file"));
    }

    private static String text(Collection<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
