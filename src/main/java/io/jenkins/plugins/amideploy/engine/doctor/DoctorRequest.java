package io.jenkins.plugins.amideploy.engine.doctor;

import java.util.List;
import java.util.Objects;

/**
 * What a deployment is going to use, as the variables file and its defaults say.
 *
 * @param region for example {@code eu-west-1}
 * @param vpcId null: the default VPC
 * @param subnetIds empty: all subnets of the VPC
 * @param keyName null: none is named
 * @param baseImageOwner account that owns the base image
 * @param baseImagePattern name pattern of the base image
 * @param instanceType type that the group runs
 * @param maxSize maximum size of the group
 * @param stateBucket null: {@code ami-deploy-state-<account id>-<region>}
 * @param stateKey key of the state in the bucket
 */
public record DoctorRequest(
        String region,
        String vpcId,
        List<String> subnetIds,
        String keyName,
        String baseImageOwner,
        String baseImagePattern,
        String instanceType,
        int maxSize,
        String stateBucket,
        String stateKey) {
    public DoctorRequest {
        Objects.requireNonNull(region, "region");
        subnetIds = List.copyOf(subnetIds);
        Objects.requireNonNull(baseImageOwner, "baseImageOwner");
        Objects.requireNonNull(baseImagePattern, "baseImagePattern");
        Objects.requireNonNull(instanceType, "instanceType");
        Objects.requireNonNull(stateKey, "stateKey");
    }
}
