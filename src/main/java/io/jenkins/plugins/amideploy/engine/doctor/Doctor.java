package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.ClockSkew;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Identity;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Looks at everything that a deployment needs and changes nothing. Front doors print the checks; {@code deploy} may run it first. A check that AWS does
 * not allow becomes a line of its own and ends none of the others; when nobody answers or nobody is let in, the rest says so instead of failing the same way ten times.
 */
public final class Doctor {
    /** An answer takes seconds, and its date has whole ones. */
    private static final Duration CLOCK_IS_RIGHT = Duration.ofMinutes(1);

    private final AccountReader account;
    private final ImageReader images;
    private final StateBucketPort buckets;
    private final ToolChecks tools;

    public Doctor(AccountReader account, ImageReader images, StateBucketPort buckets, ToolProbe tools) {
        this.account = Objects.requireNonNull(account);
        this.images = Objects.requireNonNull(images);
        this.buckets = Objects.requireNonNull(buckets);
        this.tools = new ToolChecks(tools);
    }

    /** All checks, in the order in which a person would mend them. */
    public List<Check> examine(DoctorRequest request) {
        List<Check> checks = new ArrayList<>(tools.all());
        Identity identity;
        try {
            identity = account.identity();
            checks.add(Check.ok("credentials", identity.arn() + " of account " + identity.account()));
            account.clockAhead().map(Doctor::clock).ifPresent(checks::add);
        } catch (AwsFailure failure) {
            checks.add(Check.fail("credentials", failure.diagnosis()));
            checks.add(Check.notChecked(
                    "account", "region, network, images, state, quota and permissions: needs credentials first"));
            return checks;
        }
        NetworkChecks network = new NetworkChecks(account);
        AccountChecks surroundings = new AccountChecks(account, images);
        StateChecks state = new StateChecks(buckets);
        checks.addAll(each("network", () -> network.all(NetworkChecks.Place.of(request))));
        checks.addAll(each("key pair", () -> surroundings.keyPair(request)));
        checks.addAll(each("base image", () -> surroundings.baseImage(request)));
        checks.addAll(each("instance type", () -> surroundings.capacity(request)));
        checks.addAll(each("state bucket", () -> state.bucket(request, identity)));
        checks.addAll(each("state lock", () -> state.lock(request, identity)));
        checks.addAll(surroundings.permissions());
        return checks;
    }

    /**
     * What is to be said of a VPC and its subnets alone, before there is a variables file.
     *
     * @param vpcId null: the region's default VPC
     * @param subnetIds empty: those that Terraform takes, see {@link NetworkChecks}
     * @throws AwsFailure when AWS does not let us look
     */
    public static List<Check> network(AccountReader account, String region, String vpcId, List<String> subnetIds) {
        return new NetworkChecks(account).all(new NetworkChecks.Place(region, vpcId, subnetIds, List.of(), 1));
    }

    /** Whether AWS let us in, so that more can be asked. */
    public static boolean hasCredentials(List<Check> checks) {
        return checks.stream()
                .anyMatch(check -> check.name().equals("credentials") && check.status() == Check.Status.OK);
    }

    /** Whether a deployment can be started: no check is FAIL. */
    public static boolean isFit(List<Check> checks) {
        return checks.stream().noneMatch(check -> check.status() == Check.Status.FAIL);
    }

    private static List<Check> each(String name, Supplier<List<Check>> check) {
        try {
            return check.get();
        } catch (AwsFailure failure) {
            return List.of(unread(name, failure));
        }
    }

    static Check unread(String name, AwsFailure failure) {
        return switch (failure.kind()) {
            case NOT_SUPPORTED -> Check.notChecked(name, failure.getMessage());
            case ACCESS_DENIED -> Check.warn(name, failure.diagnosis());
            default -> Check.fail(name, failure.diagnosis());
        };
    }

    /** Clients that set themselves right hide it from some calls only. */
    private static Check clock(Duration ahead) {
        if (ahead.abs().compareTo(ClockSkew.BORNE) > 0) {
            return Check.fail("clock", ClockSkew.diagnosis(ahead, List.of()));
        }
        return ahead.abs().compareTo(CLOCK_IS_RIGHT) > 0
                ? Check.warn("clock", ClockSkew.diagnosis(ahead, List.of()))
                : Check.ok("clock", "in step with AWS's");
    }
}
