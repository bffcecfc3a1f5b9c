package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.DryRun;
import io.jenkins.plugins.amideploy.engine.image.Architecture;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.image.InstanceTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** Key pair, base image, instance type with quota, and permissions. */
final class AccountChecks {
    private final AccountReader account;
    private final ImageReader images;

    AccountChecks(AccountReader account, ImageReader images) {
        this.account = Objects.requireNonNull(account);
        this.images = Objects.requireNonNull(images);
    }

    List<Check> keyPair(DoctorRequest request) {
        String name = request.keyName();
        if (name == null) {
            return List.of(Check.ok("key pair", "none named: nobody logs in to the instances"));
        }
        return List.of(
                account.keyPairExists(name)
                        ? Check.ok("key pair", name)
                        : Check.fail(
                                "key pair",
                                name + " does not exist in region " + request.region(),
                                "make it in EC2, or take key_name out of the variables file"));
    }

    /** The base image must be there for the architecture of the group's machines, and the bake must run on such a one. */
    List<Check> baseImage(DoctorRequest request) {
        Architecture architecture;
        try {
            InstanceTypes types = new InstanceTypes(images, request.region());
            architecture = types.architecture(request.instanceType());
            if (!request.bakeInstanceType().isEmpty()) {
                InstanceTypes.requireSame(
                        request.instanceType(),
                        architecture,
                        request.bakeInstanceType(),
                        types.architecture(request.bakeInstanceType()));
            }
        } catch (IllegalArgumentException unfit) {
            return List.of(Check.fail(
                    "architecture", unfit.getMessage(), "correct instance_type in the variables file or in image.yml"));
        }
        String owner = request.baseImage().owner();
        String wanted = request.baseImage().pattern(architecture) + " of owner " + owner;
        return List.of(
                Check.ok("architecture", request.instanceType() + " is " + architecture.label()),
                images.newest(owner, request.baseImage().pattern(architecture), architecture)
                        .map(image -> Check.ok("base image", image.amiId() + " " + image.name()))
                        .orElseGet(() -> Check.fail(
                                "base image",
                                "no available image " + wanted + " in region " + request.region(),
                                "choose another base_image in image.yml, or another region in the variables file")));
    }

    /** A rollout runs old and new side by side, so twice the group must fit. */
    List<Check> capacity(DoctorRequest request) {
        Optional<Integer> vcpus = account.vcpus(request.instanceType());
        if (vcpus.isEmpty()) {
            return List.of(Check.fail(
                    "instance type",
                    request.instanceType() + " is not offered in region " + request.region(),
                    "choose another instance_type in the variables file"));
        }
        List<Check> checks = new ArrayList<>();
        checks.add(Check.ok("instance type", request.instanceType() + " with " + vcpus.get() + " vCPUs"));
        OptionalDouble quota = account.vcpuQuota();
        if (quota.isEmpty()) {
            checks.add(Check.notChecked("vcpu quota", "the Service Quotas service does not say"));
            return checks;
        }
        int needed = vcpus.get() * request.maxSize() * 2;
        int used = account.vcpusInUse();
        String seen = used + " of " + (long) quota.getAsDouble() + " vCPUs in use; a rollout of " + request.maxSize()
                + " needs up to " + needed;
        checks.add(
                quota.getAsDouble() >= needed + used
                        ? Check.ok("vcpu quota", seen)
                        : quota.getAsDouble() >= needed
                                ? Check.warn(
                                        "vcpu quota",
                                        seen,
                                        "end instances that are not needed, or ask for a higher quota")
                                : Check.fail(
                                        "vcpu quota",
                                        seen,
                                        "ask for a higher quota: Service Quotas, EC2, Running On-Demand Standard instances"));
        return checks;
    }

    List<Check> permissions() {
        List<Check> checks = new ArrayList<>();
        for (DryRun action : DryRun.values()) {
            String name = "permission " + action.action();
            try {
                checks.add(account.denial(action)
                        .map(why -> Check.fail(name, why))
                        .orElseGet(() -> Check.ok(name, "allowed (dry run)")));
            } catch (AwsFailure failure) {
                checks.add(Check.notChecked(name, "the dry run does not say: " + failure.getMessage()));
            }
        }
        return checks;
    }
}
