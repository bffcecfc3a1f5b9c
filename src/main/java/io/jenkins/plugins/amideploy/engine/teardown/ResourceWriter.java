package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;

/** Port: removes what is ours and not Terraform's. Each method throws {@link AwsFailure}; NOT_FOUND is not thrown, it is what was wanted. */
public interface ResourceWriter {
    /** DeregisterImage; with {@code snapshots} also DeleteAssociatedSnapshots. */
    void deregisterImage(String imageId, boolean snapshots);

    /** DeleteSnapshot. */
    void deleteSnapshot(String snapshotId);

    /** TerminateInstances. */
    void terminateInstance(String instanceId);

    /** DeleteVolume. */
    void deleteVolume(String volumeId);

    /** DeleteKeyPair by id. */
    void deleteKeyPair(String keyPairId);

    /** DeleteSecurityGroup. */
    void deleteSecurityGroup(String groupId);
}
