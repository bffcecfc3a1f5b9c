package io.jenkins.plugins.amideploy.engine;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a bake heeds of an environment's variables file, although it is no part of the image: which machines it has to run on, and
 * how it is asked whether it is well. Part of {@link Variables}; where the file is silent, the defaults are
 * those of the Terraform configuration.
 *
 * @param instanceType type of the group's instances
 * @param healthPath path that a healthy application answers
 * @param healthMatcher what it answers there: {@code 200}, {@code 200,301} or {@code 200-299}
 */
public record BakeVariables(String instanceType, String healthPath, String healthMatcher) {
    private static final Pattern INSTANCE_TYPE = Pattern.compile("[a-z0-9-]+\\.[a-z0-9-]+");

    public BakeVariables {
        Objects.requireNonNull(instanceType, "instanceType");
        Objects.requireNonNull(healthPath, "healthPath");
        Objects.requireNonNull(healthMatcher, "healthMatcher");
    }

    /** @throws IllegalArgumentException with file, line and cure when something is malformed */
    static BakeVariables of(VariablesFile variables) {
        String instanceType = variables.optional("instance_type").orElse("t3.small");
        if (!INSTANCE_TYPE.matcher(instanceType).matches()) {
            throw variables.wrong(
                    "instance_type", "is " + instanceType + ": it must be an EC2 instance type, such as t3.small");
        }
        return new BakeVariables(
                instanceType,
                variables.optional("health_check_path").orElse("/health"),
                variables.optional("health_check_matcher").orElse("200"));
    }
}
