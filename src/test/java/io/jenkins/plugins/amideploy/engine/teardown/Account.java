package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An account in memory, and what a test may have go wrong in it. */
final class Account implements ResourceReader, ResourceWriter {
    /** Tags of {@code web} in {@code prod}. */
    static final Map<String, String> OURS = Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "prod");

    final Map<String, Resource> resources = new LinkedHashMap<>();
    final List<String> calls = new ArrayList<>();
    final List<String> unread = new ArrayList<>();
    final Map<String, AwsFailure> refusals = new HashMap<>();
    final List<ImageUses.Published> published = new ArrayList<>();
    final List<Resource> untagged = new ArrayList<>();
    final List<String> usesUnread = new ArrayList<>();
    Runnable beforeUses = () -> {};
    Runnable beforeRemoval = () -> {};
    boolean keepsSnapshots;

    /** Lists what was removed as before. */
    boolean lagging;

    AwsFailure down;

    Account add(Resource resource) {
        resources.put(resource.id(), resource);
        return this;
    }

    Account image(String id, String... snapshots) {
        add(new Resource(Kind.IMAGE, id, "", "available", OURS, List.of(snapshots)));
        for (String snapshot : snapshots) {
            add(new Resource(Kind.SNAPSHOT, snapshot, "", "completed", OURS, List.of()));
        }
        return this;
    }

    @Override
    public Inventory find(String app) {
        if (down != null) {
            throw down;
        }
        return new Inventory(List.copyOf(resources.values()), unread);
    }

    @Override
    public Inventory temporaries() {
        return new Inventory(
                untagged.stream().filter(each -> each.kind() != Kind.IMAGE).toList(), List.of());
    }

    @Override
    public Inventory untaggedImages(Collection<String> names) {
        return new Inventory(
                untagged.stream()
                        .filter(each -> each.kind() == Kind.IMAGE && names.contains(each.name()))
                        .toList(),
                List.of());
    }

    @Override
    public ImageUses uses(String app, Collection<String> imageIds) {
        beforeUses.run();
        return new ImageUses(published, List.of(), List.of(), usesUnread);
    }

    private void remove(String call, String id) {
        beforeRemoval.run();
        calls.add(call);
        if (refusals.containsKey(id)) {
            throw refusals.get(id);
        }
        if (!lagging) {
            resources.remove(id);
        }
    }

    @Override
    public void tag(String id, Map<String, String> tags) {
        calls.add("tag " + id);
        if (refusals.containsKey("tag " + id)) {
            throw refusals.get("tag " + id);
        }
    }

    @Override
    public void deregisterImage(String imageId, boolean snapshots) {
        List<String> related =
                resources.containsKey(imageId) ? resources.get(imageId).related() : List.of();
        remove("deregister " + imageId + " " + snapshots, imageId);
        if (snapshots && !keepsSnapshots && !lagging) {
            related.forEach(resources::remove);
        }
    }

    @Override
    public void deleteSnapshot(String snapshotId) {
        remove("snapshot " + snapshotId, snapshotId);
    }

    @Override
    public void terminateInstance(String instanceId) {
        remove("terminate " + instanceId, instanceId);
    }

    @Override
    public void deleteVolume(String volumeId) {
        remove("volume " + volumeId, volumeId);
    }

    @Override
    public void deleteKeyPair(String name) {
        remove("key pair " + name, name);
    }

    @Override
    public void deleteSecurityGroup(String groupId) {
        remove("security group " + groupId, groupId);
    }

    @Override
    public void deleteLaunchTemplate(String templateId) {
        remove("launch template " + templateId, templateId);
    }

    @Override
    public void deleteGroup(String groupName) {
        remove("group " + groupName, groupName);
    }

    @Override
    public void deleteLoadBalancer(String arn) {
        remove("load balancer " + arn, arn);
    }

    @Override
    public void deleteTargetGroup(String arn) {
        remove("target group " + arn, arn);
    }

    @Override
    public void deleteInstanceProfile(String name) {
        remove("instance profile " + name, name);
    }

    @Override
    public void deleteRole(String name) {
        remove("role " + name, name);
    }

    @Override
    public void deleteAlarm(String alarmName) {
        remove("alarm " + alarmName, alarmName);
    }
}
