package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.Map;

/** Port: removes what is ours and not in Terraform's state, and tags what is to be known for ours first. Each method throws {@link AwsFailure}; NOT_FOUND is not thrown, it is what was wanted. */
public interface ResourceWriter {
    /** CreateTags. */
    void tag(String id, Map<String, String> tags);

    /** DeregisterImage; with {@code snapshots} also DeleteAssociatedSnapshots. */
    void deregisterImage(String imageId, boolean snapshots);

    /** DeleteSnapshot. */
    void deleteSnapshot(String snapshotId);

    /** TerminateInstances. */
    void terminateInstance(String instanceId);

    /** DeleteVolume. */
    void deleteVolume(String volumeId);

    /** DeleteKeyPair by name. */
    void deleteKeyPair(String name);

    /** DeleteSecurityGroup. */
    void deleteSecurityGroup(String groupId);

    /** DeleteLaunchTemplate. */
    void deleteLaunchTemplate(String templateId);

    /** DeleteAutoScalingGroup with ForceDelete: its instances end with it. */
    void deleteGroup(String groupName);

    /** DeleteLoadBalancer, its listeners with it. */
    void deleteLoadBalancer(String arn);

    /** DeleteTargetGroup. */
    void deleteTargetGroup(String arn);

    /** DeleteInstanceProfile, its role taken out before. */
    void deleteInstanceProfile(String name);

    /** DeleteRole, with the policies that it has. */
    void deleteRole(String name);

    /** DeleteAlarms. */
    void deleteAlarm(String alarmName);
}
