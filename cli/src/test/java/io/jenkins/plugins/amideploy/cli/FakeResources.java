package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses;
import io.jenkins.plugins.amideploy.engine.teardown.Inventory;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceReader;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Images of {@code web} and a stack of it in {@code demo}, which nobody runs. */
final class FakeResources implements ResourceReader, ResourceWriter {
    final List<Resource> all = new ArrayList<>();

    /** Run before each removal. */
    Runnable beforeRemoval = () -> {};

    void stack() {
        Map<String, String> tags = Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "demo");
        all.add(new Resource(Kind.LAUNCH_TEMPLATE, "lt-1", "web-demo", "", tags, List.of()));
    }

    void image(String id) {
        Map<String, String> tags = Map.of(Tags.APP, "web", Tags.FINGERPRINT, "3f786850e387550fdab836ed7e6dc881");
        all.add(new Resource(
                Kind.IMAGE, id, "web-" + id, "available", tags, List.of("snap-" + id), "2026-01-02T03:04:05.000Z"));
    }

    List<String> ids() {
        return all.stream().map(Resource::id).toList();
    }

    @Override
    public Inventory find(String app) {
        return new Inventory(all, List.of());
    }

    @Override
    public Inventory temporaries() {
        return new Inventory(List.of(), List.of());
    }

    @Override
    public Inventory untaggedImages(Collection<String> names) {
        return new Inventory(List.of(), List.of());
    }

    @Override
    public ImageUses uses(String app, Collection<String> imageIds) {
        return new ImageUses(List.of(), List.of(), List.of(), List.of());
    }

    @Override
    public void tag(String id, Map<String, String> tags) {
        throw unexpected(id);
    }

    @Override
    public void deregisterImage(String imageId, boolean snapshots) {
        beforeRemoval.run();
        all.removeIf(each -> each.id().equals(imageId));
    }

    @Override
    public void deleteSnapshot(String snapshotId) {
        throw unexpected(snapshotId);
    }

    @Override
    public void terminateInstance(String instanceId) {
        throw unexpected(instanceId);
    }

    @Override
    public void deleteVolume(String volumeId) {
        throw unexpected(volumeId);
    }

    @Override
    public void deleteKeyPair(String name) {
        throw unexpected(name);
    }

    @Override
    public void deleteSecurityGroup(String groupId) {
        throw unexpected(groupId);
    }

    @Override
    public void deleteLaunchTemplate(String templateId) {
        beforeRemoval.run();
        all.removeIf(each -> each.id().equals(templateId));
    }

    @Override
    public void deleteGroup(String groupName) {
        throw unexpected(groupName);
    }

    @Override
    public void deleteLoadBalancer(String arn) {
        throw unexpected(arn);
    }

    @Override
    public void deleteTargetGroup(String arn) {
        throw unexpected(arn);
    }

    @Override
    public void deleteInstanceProfile(String name) {
        throw unexpected(name);
    }

    @Override
    public void deleteRole(String name) {
        throw unexpected(name);
    }

    @Override
    public void deleteAlarm(String alarmName) {
        throw unexpected(alarmName);
    }

    private static AssertionError unexpected(String id) {
        return new AssertionError(id + " was not to be removed");
    }
}
