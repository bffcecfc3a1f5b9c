package io.jenkins.plugins.amideploy.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an environment's variables file says about network and size, for a look at the account before anything is begun.
 * Where the file is silent, the defaults are those of the Terraform configuration.
 *
 * @param vpcId the VPC; empty for the region's default one
 * @param subnetIds its subnets; empty for all
 * @param privateSubnetIds where the instances are; empty: in the same subnets as the load balancer
 * @param keyName EC2 key pair; empty for none
 * @param instanceType type of the group's instances
 * @param application settings of the application, and its way in and out
 * @param maxSize most instances of the group
 */
public record ShapeVariables(
        Optional<String> vpcId,
        List<String> subnetIds,
        List<String> privateSubnetIds,
        Optional<String> keyName,
        String instanceType,
        ApplicationVariables application,
        int maxSize) {
    private static final String APP_ENVIRONMENT = "app_environment";
    private static final String APP_SECRETS = "app_secrets";

    public ShapeVariables {
        subnetIds = List.copyOf(subnetIds);
        privateSubnetIds = List.copyOf(privateSubnetIds);
    }

    /** What a release's record keeps, since a rollback sets it again: variables of the launch template; "" where there is none. */
    public Map<String, String> settings() {
        return new TreeMap<>(Map.of(
                "instance_type",
                instanceType,
                "key_name",
                keyName.orElse(""),
                APP_ENVIRONMENT,
                Hcl.map(application.environment()),
                APP_SECRETS,
                Hcl.map(application.secrets())));
    }

    /**
     * What a record keeps, as a rollback sets it again and as it is compared: one of versions that knew neither settings nor secrets of an
     * application ran without any.
     */
    public static Map<String, String> settings(Map<String, String> recorded) {
        if (recorded.isEmpty()) {
            return recorded;
        }
        Map<String, String> all = new TreeMap<>(recorded);
        all.putIfAbsent(APP_ENVIRONMENT, Hcl.map(Map.of()));
        all.putIfAbsent(APP_SECRETS, Hcl.map(Map.of()));
        return all;
    }

    /**
     * Takes them from the text of a variables file.
     *
     * @param file the file's name for messages
     * @throws IllegalArgumentException with file, line and cure when something is malformed
     */
    public static ShapeVariables parse(String file, String text) {
        return of(VariablesFile.parse(file, text));
    }

    static ShapeVariables of(VariablesFile variables) {
        return new ShapeVariables(
                variables.optional("vpc_id"),
                variables.strings("subnet_ids"),
                variables.strings("private_subnet_ids"),
                variables.optional("key_name"),
                variables.optional("instance_type").orElse("t3.small"),
                ApplicationVariables.of(variables),
                variables.number("max_size").orElse(1));
    }
}
