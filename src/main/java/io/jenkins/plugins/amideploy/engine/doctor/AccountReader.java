package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Port: looks at an account's surroundings of a deployment. The {@code aws} package implements it. Every method throws {@link AwsFailure}. */
public interface AccountReader {
    /** GetCallerIdentity. */
    Identity identity();

    /** The VPC of this id, or the default VPC when the id is null. */
    Optional<Vpc> vpc(String vpcId);

    /** All VPCs of the region. */
    List<Vpc> vpcs();

    /** All subnets of a VPC. */
    List<Subnet> subnets(String vpcId);

    /** Whether an EC2 key pair of this name exists. */
    boolean keyPairExists(String name);

    /** Running On-Demand Standard instances' vCPU quota, where the service answers; empty when it does not. */
    OptionalDouble vcpuQuota();

    /** vCPUs of all instances that are pending or running now. */
    int vcpusInUse();

    /** vCPUs of an instance type; empty when the region does not offer the type. */
    Optional<Integer> vcpus(String instanceType);

    /** A dry run of an action ({@code DryRun=true}): why it would be denied; empty when it would have been allowed. */
    Optional<Diagnosis> denial(DryRun action);

    /** What an encoded message about a denied call says, as JSON ({@code sts:DecodeAuthorizationMessage}); empty where it cannot be decoded. */
    Optional<String> decoded(String encodedMessage);

    /** How far AWS's clock is ahead of this computer's, as the last answer was dated; empty before there was one. */
    Optional<Duration> clockAhead();

    /** Actions that can be asked for without doing them. */
    enum DryRun {
        RUN_INSTANCES("ec2:RunInstances"),
        CREATE_SECURITY_GROUP("ec2:CreateSecurityGroup"),
        CREATE_LAUNCH_TEMPLATE("ec2:CreateLaunchTemplate"),
        CREATE_KEY_PAIR("ec2:CreateKeyPair");

        private final String action;

        DryRun(String action) {
            this.action = action;
        }

        /** As IAM writes it. */
        public String action() {
            return action;
        }
    }

    /** Who the credentials are. */
    record Identity(String account, String arn) {}

    /** A VPC; {@code isDefault} when it is the region's default one. */
    record Vpc(String id, boolean isDefault) {}

    /**
     * A subnet.
     *
     * @param internetRoute its route table (its own, else the VPC's main one) sends 0.0.0.0/0 to an internet gateway
     * @param isDefault it is the default subnet of its zone
     * @param freeAddresses IPv4 addresses that are left
     */
    record Subnet(String id, String zone, boolean internetRoute, boolean isDefault, int freeAddresses) {}
}
