package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Identity;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.state.StateBucketSetup;
import io.jenkins.plugins.amideploy.engine.state.StateBucketStatus;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Whether the state is in a safe place, and whether somebody holds its lock. */
final class StateChecks {
    private final StateBucketPort buckets;

    StateChecks(StateBucketPort buckets) {
        this.buckets = Objects.requireNonNull(buckets);
    }

    List<Check> bucket(DoctorRequest request, Identity identity) {
        String name = name(request, identity);
        StateBucketStatus plain = buckets.status(name);
        StateBucketStatus status = plain.through(request.stateEndpoint());
        if (!status.ours()) {
            return List.of(Check.fail(
                    "state bucket",
                    name + " belongs to another account, or you may not look at it",
                    "choose another state_bucket in the variables file"));
        }
        if (!status.exists()) {
            return List.of(Check.warn("state bucket", name + " does not exist", "deploy creates it when you agree"));
        }
        if (!status.region().equals(request.region())) {
            return List.of(Check.fail(
                    "state bucket",
                    name + " is in region " + status.region() + ", not in " + request.region(),
                    "correct region or state_bucket in the variables file"));
        }
        String missing = StateBucketSetup.of(status).steps().stream()
                .map(StateBucketSetup.Step::text)
                .collect(Collectors.joining(", "));
        if (missing.isEmpty()) {
            return List.of(Check.ok(
                    "state bucket", name + ": versioned, encrypted, private" + (plain.tlsOnly() ? ", TLS only" : "")));
        }
        return List.of(
                status.isSafe()
                        ? Check.warn("state bucket", name + " should: " + missing, "deploy does it when you agree")
                        : Check.warn(
                                "state bucket", name + " must: " + missing, "deploy does it, or stops, when asked"));
    }

    List<Check> lock(DoctorRequest request, Identity identity) {
        String name = name(request, identity);
        if (!buckets.status(name).isReadable()) {
            return List.of(Check.notChecked("state lock", "there is no state yet"));
        }
        return List.of(buckets.lock(name, request.stateKey())
                .map(lock -> Check.fail(
                        "state lock",
                        request.stateKey() + " is " + lock.explained(),
                        (lock.cure() + " " + lock.command()).strip()))
                .orElseGet(() -> Check.ok("state lock", "free")));
    }

    private static String name(DoctorRequest request, Identity identity) {
        return request.stateBucket() == null
                ? "ami-deploy-state-" + identity.account() + "-" + request.region()
                : request.stateBucket();
    }
}
