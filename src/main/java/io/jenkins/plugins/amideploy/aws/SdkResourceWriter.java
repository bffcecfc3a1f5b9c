package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceWriter;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** Removes images, snapshots and what a bake left. What is already gone is as good as removed. */
final class SdkResourceWriter implements ResourceWriter {
    private final Ec2Client ec2;

    SdkResourceWriter(Ec2Client ec2) {
        this.ec2 = ec2;
    }

    @Override
    public void deregisterImage(String imageId, boolean snapshots) {
        remove("ec2:DeregisterImage", () -> ec2.deregisterImage(request -> {
            request.imageId(imageId);
            if (snapshots) {
                request.deleteAssociatedSnapshots(true);
            }
        }));
    }

    @Override
    public void deleteSnapshot(String snapshotId) {
        remove("ec2:DeleteSnapshot", () -> ec2.deleteSnapshot(request -> request.snapshotId(snapshotId)));
    }

    @Override
    public void terminateInstance(String instanceId) {
        remove("ec2:TerminateInstances", () -> ec2.terminateInstances(request -> request.instanceIds(instanceId)));
    }

    @Override
    public void deleteVolume(String volumeId) {
        remove("ec2:DeleteVolume", () -> ec2.deleteVolume(request -> request.volumeId(volumeId)));
    }

    @Override
    public void deleteKeyPair(String keyPairId) {
        remove("ec2:DeleteKeyPair", () -> ec2.deleteKeyPair(request -> request.keyPairId(keyPairId)));
    }

    @Override
    public void deleteSecurityGroup(String groupId) {
        remove("ec2:DeleteSecurityGroup", () -> ec2.deleteSecurityGroup(request -> request.groupId(groupId)));
    }

    private static void remove(String action, Supplier<?> call) {
        try {
            AwsFailures.call(action, call);
        } catch (AwsFailure failure) {
            boolean gone = failure.kind() == AwsFailure.Kind.NOT_FOUND || failure.code().equals("InvalidAMIID.Unavailable");
            if (!gone) {
                throw failure;
            }
        }
    }
}
