package io.jenkins.plugins.amideploy.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an environment's variables file says of an application's settings and of its way in and out. {@link ShapeVariables} has it; checks before
 * a bake and the record of a release read it. Secrets are here by name only.
 *
 * @param environment settings, name to text
 * @param secrets name of the variable to the name of the secret
 * @param outgoingTcpPorts ports that instance_egress opens for TCP, ascending
 * @param certificateArn certificate of the load balancer
 * @param domainName name that is to lead to it
 * @param hostedZoneId zone of that name
 */
public record ApplicationVariables(
        Map<String, String> environment,
        Map<String, String> secrets,
        List<Integer> outgoingTcpPorts,
        Optional<String> certificateArn,
        Optional<String> domainName,
        Optional<String> hostedZoneId) {
    /** Where the file is silent. */
    static final ApplicationVariables NONE = new ApplicationVariables(
            Map.of(), Map.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    public ApplicationVariables {
        environment = new TreeMap<>(environment);
        secrets = new TreeMap<>(secrets);
        outgoingTcpPorts = List.copyOf(new TreeSet<>(outgoingTcpPorts));
        Objects.requireNonNull(certificateArn, "certificateArn");
        Objects.requireNonNull(domainName, "domainName");
        Objects.requireNonNull(hostedZoneId, "hostedZoneId");
    }

    /** @throws IllegalArgumentException with file, line and cure when something is malformed */
    static ApplicationVariables of(VariablesFile variables) {
        return new ApplicationVariables(
                texts(variables, "app_environment"),
                texts(variables, "app_secrets"),
                ports(variables),
                variables.optional("certificate_arn"),
                variables.optional("domain_name"),
                variables.optional("hosted_zone_id"));
    }

    /** Numbers and booleans become texts, as Terraform has them. */
    private static Map<String, String> texts(VariablesFile variables, String name) {
        Object tree = variables.tree(name);
        if (tree == null) {
            return Map.of();
        }
        Map<String, String> texts = new TreeMap<>();
        if (!(tree instanceof Map<?, ?> map)) {
            throw variables.wrong(name, "must be names with texts, such as { LOG_LEVEL = \"info\" }");
        }
        map.forEach((key, value) -> {
            if (value == null || value instanceof Map || value instanceof List) {
                throw variables.wrong(name, "has no text for " + key + ": give one, or leave the name out");
            }
            texts.put(
                    String.valueOf(key),
                    value instanceof BigDecimal number ? number.toPlainString() : value.toString());
        });
        return texts;
    }

    private static List<Integer> ports(VariablesFile variables) {
        List<Integer> ports = new ArrayList<>();
        Object tree = variables.tree("instance_egress");
        if (tree instanceof List<?> rules) {
            for (Object rule : rules) {
                if (rule instanceof Map<?, ?> map
                        && "tcp".equals(map.get("protocol"))
                        && map.get("port") instanceof BigDecimal port
                        && port.signum() > 0
                        && port.scale() <= 0
                        && port.compareTo(BigDecimal.valueOf(65535)) <= 0) {
                    ports.add(port.intValueExact());
                }
            }
        }
        return ports;
    }
}
