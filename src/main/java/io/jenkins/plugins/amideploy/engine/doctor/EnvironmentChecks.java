package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.ApplicationVariables;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.OutgoingPorts;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an environment's variables name beside its network: looked at by the doctor, and by a deployment or a plan before anything costly is begun.
 * What AWS does not let us look at is said, and not taken as missing.
 */
public final class EnvironmentChecks {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Set on every machine by the tool itself. */
    private static final Pattern RESERVED = Pattern.compile("PORT|STATE_DIRECTORY|PATH|APP_.*");

    private static final Pattern REGIONAL_ARN = Pattern.compile("arn:[^:]+:([^:]+):([^:]+):([0-9]*):(.+)");

    /** Parts of the ARN of a secret; what follows, as in ECS, is a key of its document (ECS developer guide, "secrets"). */
    private static final int SECRET_PARTS = 7;

    private static final String IN_FILE = " in the variables file";

    private final EnvironmentReader reader;
    private final String region;
    private final ApplicationVariables variables;

    /** @param region of the stack */
    public EnvironmentChecks(EnvironmentReader reader, String region, ApplicationVariables variables) {
        this.reader = Objects.requireNonNull(reader);
        this.region = Objects.requireNonNull(region);
        this.variables = Objects.requireNonNull(variables);
    }

    /** All that can be said without a particular image; nothing where the variables name nothing. */
    public List<Check> all() {
        List<Check> checks = new ArrayList<>(names());
        variables.certificateArn().ifPresent(arn -> checks.add(certificate(arn)));
        if (variables.domainName().isPresent() && variables.hostedZoneId().isPresent()) {
            checks.add(domain(
                    variables.domainName().get(), variables.hostedZoneId().get()));
        }
        variables.secrets().forEach((name, reference) -> checks.add(secret(name, reference)));
        return checks;
    }

    /**
     * What the variables name, with what the page image.yml allows of it.
     *
     * @param page its name for people
     */
    public List<Check> all(Collection<Integer> allowed, String page) {
        List<Check> checks = new ArrayList<>(all());
        if (!variables.outgoingTcpPorts().isEmpty()) {
            checks.add(egress(allowed, page));
        }
        return checks;
    }

    /**
     * Why nothing must be begun: the first check that fails.
     *
     * @param notes is told what could not be looked at, a line each
     * @return empty where all is well
     */
    public static Optional<Diagnosis> refusal(List<Check> checks, Consumer<String> notes) {
        Optional<Diagnosis> refusal = Optional.empty();
        for (Check check : checks) {
            if (check.status() == Check.Status.FAIL && refusal.isEmpty()) {
                refusal = Optional.of(check.refusal());
            } else if (check.status() == Check.Status.NOT_CHECKED) {
                notes.accept(check.name() + ": " + check.seen());
            }
        }
        return refusal;
    }

    /**
     * Why an image must not be deployed to the environment. One that is not there is Terraform's to tell.
     *
     * @return empty where all is well
     */
    public static Optional<Diagnosis> refusal(ApplicationVariables variables, ImageReader images, String amiId) {
        if (variables.outgoingTcpPorts().isEmpty()) {
            return Optional.empty();
        }
        return images.image(amiId)
                .flatMap(image -> OutgoingPorts.refusal(
                        variables.outgoingTcpPorts(),
                        OutgoingPorts.ofTag(image.tags().get(Tags.OUTGOING_PORTS)),
                        "image " + amiId));
    }

    /**
     * Whether the environment opens only what the image may use.
     *
     * @param allowed TCP ports
     * @param image what allows them, for people
     */
    private Check egress(Collection<Integer> allowed, String image) {
        return OutgoingPorts.refusal(variables.outgoingTcpPorts(), allowed, image)
                .map(why -> Check.fail("outgoing ports", why.summary(), why.cure()))
                .orElseGet(() -> Check.ok("outgoing ports", image + " allows what instance_egress opens"));
    }

    private List<Check> names() {
        List<Check> checks = new ArrayList<>();
        for (Map.Entry<String, Map<String, String>> each : Map.of(
                        "app_environment", variables.environment(), "app_secrets", variables.secrets())
                .entrySet()) {
            for (String name : each.getValue().keySet()) {
                if (!NAME.matcher(name).matches()) {
                    checks.add(Check.fail(
                            each.getKey(),
                            name + " cannot be a variable's name",
                            "use letters, digits and _, no digit first" + IN_FILE));
                } else if (RESERVED.matcher(name).matches()) {
                    checks.add(Check.fail(
                            each.getKey(),
                            name + " is set on every instance, as PORT, STATE_DIRECTORY, PATH and APP_… are",
                            "choose another name" + IN_FILE));
                }
            }
        }
        variables.secrets().keySet().stream()
                .filter(variables.environment()::containsKey)
                .forEach(name -> checks.add(Check.fail(
                        "app_secrets", name + " is in app_environment, too", "take it out of one of them" + IN_FILE)));
        return checks;
    }

    private Check certificate(String arn) {
        Matcher parts = REGIONAL_ARN.matcher(arn);
        if (!parts.matches() || !parts.group(1).equals("acm")) {
            return Check.fail(
                    "certificate", arn + " is no ARN of a certificate in ACM", "correct certificate_arn" + IN_FILE);
        }
        return parts.group(2).equals(region)
                ? Check.ok("certificate", arn)
                : Check.fail(
                        "certificate",
                        arn + " is of region " + parts.group(2) + ", the load balancer of " + region,
                        "request or import it in " + region + " and name that one as certificate_arn" + IN_FILE);
    }

    private Check domain(String domain, String zone) {
        return seen("domain", "whether " + domain + " is in zone " + zone, () -> {
            Optional<String> name = reader.zoneName(zone);
            if (name.isEmpty()) {
                return Check.fail(
                        "domain",
                        "hosted zone " + zone + " does not exist",
                        "correct hosted_zone_id" + IN_FILE + "; what zones there are:",
                        "aws route53 list-hosted-zones");
            }
            return domain.equals(name.get()) || domain.endsWith("." + name.get())
                    ? Check.ok("domain", domain + " is in zone " + zone + " (" + name.get() + ")")
                    : Check.fail(
                            "domain",
                            domain + " is outside of hosted zone " + zone + " (" + name.get() + ")",
                            "choose a name in that zone as domain_name, or the zone of that name as hosted_zone_id"
                                    + IN_FILE);
        });
    }

    /** A reference that is none is not shown: it may be the secret itself. */
    private Check secret(String variable, String reference) {
        String what = "secret " + variable;
        Matcher arn = REGIONAL_ARN.matcher(reference);
        if (!arn.matches()) {
            return reference.matches("[A-Za-z0-9_./-]+")
                    ? there(what, "parameter " + reference, () -> reader.parameterExists(reference))
                    : Check.fail(
                            what,
                            "is neither a parameter's name nor an ARN (not shown: it may be the secret itself)",
                            "name an SSM parameter, such as /web/prod/database-url, or a secret's ARN" + IN_FILE);
        }
        if (!arn.group(2).equals(region)) {
            return Check.fail(
                    what,
                    reference + " is of region " + arn.group(2) + ", the stack of " + region,
                    "name one of " + region + IN_FILE);
        }
        if (arn.group(1).equals("secretsmanager")) {
            String[] parts = reference.split(":");
            String secret = String.join(":", List.of(parts).subList(0, Math.min(parts.length, SECRET_PARTS)));
            return there(what, secret, () -> reader.secretExists(secret));
        }
        String name = arn.group(4).replaceFirst("^parameter", "");
        return there(
                what,
                "parameter " + reference,
                () -> reader.parameterExists(name)
                        || name.lastIndexOf('/') == 0 && reader.parameterExists(name.substring(1)));
    }

    private static Check there(String name, String what, BooleanSupplier exists) {
        return seen(
                name,
                "whether " + what + " exists",
                () -> exists.getAsBoolean()
                        ? Check.ok(name, what)
                        : Check.fail(
                                name,
                                what + " does not exist",
                                "make it, or correct its name in app_secrets" + IN_FILE));
    }

    private static Check seen(String name, String question, Supplier<Check> look) {
        try {
            return look.get();
        } catch (AwsFailure failure) {
            return switch (failure.kind()) {
                case ACCESS_DENIED, NOT_SUPPORTED ->
                    Check.notChecked(name, question + " was not looked up: " + failure.getMessage());
                default -> throw failure;
            };
        }
    }
}
