package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Identity;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Looks at everything that a deployment needs and changes nothing. Front doors print the checks; {@code deploy} may run it first. A check that AWS does
 * not allow becomes a line of its own and ends none of the others; when nobody answers or nobody is let in, the rest says so instead of failing the same way ten times.
 */
public final class Doctor {
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
        } catch (AwsFailure failure) {
            checks.add(Check.fail("credentials", failure.getMessage(), credentialsCure(failure)));
            checks.add(Check.notChecked(
                    "account", "region, network, images, state, quota and permissions: needs credentials first"));
            return checks;
        }
        NetworkChecks network = new NetworkChecks(account);
        AccountChecks surroundings = new AccountChecks(account, images);
        StateChecks state = new StateChecks(buckets);
        checks.addAll(each("network", () -> network.all(request.region(), request.vpcId(), request.subnetIds())));
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
     * @param subnetIds empty: all subnets of the VPC
     * @throws AwsFailure when AWS does not let us look
     */
    public static List<Check> network(AccountReader account, String region, String vpcId, List<String> subnetIds) {
        return new NetworkChecks(account).all(region, vpcId, subnetIds);
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
            case ACCESS_DENIED ->
                Check.warn(
                        name, failure.getMessage(), "allow the action, or rely on the deployment itself to find out");
            default -> Check.fail(name, failure.getMessage(), "see the message; then run doctor again");
        };
    }

    private static String credentialsCure(AwsFailure failure) {
        return switch (failure.kind()) {
            case NO_CREDENTIALS -> "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
            case EXPIRED_CREDENTIALS -> "log in again, then run doctor again";
            case NO_ANSWER -> "look at the network, the region's name and AWS_ENDPOINT_URL";
            default -> "check the credentials; " + failure.action() + " must answer";
        };
    }
}
