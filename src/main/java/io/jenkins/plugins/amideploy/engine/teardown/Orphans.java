package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import java.util.List;

/**
 * Rule: which parts of a stack no state knows, since an apply was cut off or a state was lost. Pure. {@link OrphanPoll} removes them when the environment
 * goes, {@link TakeUp} has Terraform take them up before it makes any a second time.
 */
final class Orphans {
    /** AWS puts it on every instance of a group (Auto Scaling user guide, "Tag Auto Scaling groups and instances"). */
    private static final String GROUP_TAG = "aws:autoscaling:groupName";

    private Orphans() {}

    /** In the order of their kinds, which is the one in which they can be removed. */
    static List<Resource> of(Inventory inventory, AppId app, KnownResources state) {
        return inventory.resources().stream()
                .filter(resource -> resource.belongsTo(app) && isPartOfAStack(resource) && !isKnown(resource, state))
                .sorted((first, second) -> first.kind().compareTo(second.kind()))
                .toList();
    }

    /** An instance is in no state: its group is. */
    private static boolean isKnown(Resource resource, KnownResources state) {
        return resource.kind() == Resource.Kind.INSTANCE
                ? state.knows(resource.tags().getOrDefault(GROUP_TAG, ""))
                : state.knows(resource.id());
    }

    private static boolean isPartOfAStack(Resource resource) {
        return switch (resource.kind()) {
            case GROUP,
                    INSTANCE,
                    LOAD_BALANCER,
                    TARGET_GROUP,
                    LAUNCH_TEMPLATE,
                    INSTANCE_PROFILE,
                    ROLE,
                    ALARM,
                    SECURITY_GROUP -> !resource.isTemporary();
            case IMAGE, SNAPSHOT, VOLUME, KEY_PAIR, NETWORK_INTERFACE -> false;
        };
    }
}
