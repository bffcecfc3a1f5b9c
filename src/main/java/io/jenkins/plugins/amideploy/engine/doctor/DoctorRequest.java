package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.image.BaseImage;
import java.util.List;
import java.util.Objects;

/**
 * What a deployment is going to use, as the variables file, image.yml and their defaults say.
 *
 * @param region for example {@code eu-west-1}
 * @param vpcId null: the default VPC
 * @param subnetIds empty: those that Terraform takes, see {@link NetworkChecks}
 * @param privateSubnetIds where the instances are; empty: in the same subnets as the load balancer
 * @param keyName null: none is named
 * @param baseImage what images are baked from
 * @param bakeInstanceType type that bakes; empty for the default of the architecture
 * @param instanceType type that the group runs
 * @param maxSize maximum size of the group
 * @param stateBucket null: {@code ami-deploy-state-<account id>-<region>}
 * @param stateKey key of the state in the bucket
 * @param stateEndpoint URL of the S3 endpoint; empty for AWS's own
 */
public record DoctorRequest(
        String region,
        String vpcId,
        List<String> subnetIds,
        List<String> privateSubnetIds,
        String keyName,
        BaseImage baseImage,
        String bakeInstanceType,
        String instanceType,
        int maxSize,
        String stateBucket,
        String stateKey,
        String stateEndpoint) {
    public DoctorRequest {
        Objects.requireNonNull(region, "region");
        subnetIds = List.copyOf(subnetIds);
        privateSubnetIds = List.copyOf(privateSubnetIds);
        Objects.requireNonNull(baseImage, "baseImage");
        Objects.requireNonNull(bakeInstanceType, "bakeInstanceType");
        Objects.requireNonNull(instanceType, "instanceType");
        Objects.requireNonNull(stateKey, "stateKey");
        Objects.requireNonNull(stateEndpoint, "stateEndpoint");
    }
}
