package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan.Removal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The removals of one look: calls AWS and notes what it said. For {@link TeardownPoll} and {@link PrunePoll}. */
final class Remover {
    private final ResourceWriter writer;
    private final Map<String, AwsFailure> refused = new TreeMap<>();
    private final Set<String> removed = new HashSet<>();
    private final List<String> lines = new ArrayList<>();

    Remover(ResourceWriter writer) {
        this.writer = writer;
    }

    /** Gives what a bake left without a tag its tags, so that every look after this one finds it and a right to what is tagged is enough to remove it. */
    void adopt(List<Resource> untagged) {
        for (Resource resource : untagged) {
            try {
                writer.tag(resource.id(), resource.tags());
            } catch (AwsFailure failure) {
                refused.put(resource.id(), failure);
            }
        }
    }

    void remove(Removal removal) {
        remove(removal.resource(), removal.withSnapshots());
    }

    /** @param snapshots whether an image's snapshots go in the same call */
    void remove(Resource resource, boolean snapshots) {
        if (Leftover.isGoing(resource)) {
            return;
        }
        try {
            switch (resource.kind()) {
                case IMAGE -> writer.deregisterImage(resource.id(), snapshots);
                case SNAPSHOT -> writer.deleteSnapshot(resource.id());
                case INSTANCE -> writer.terminateInstance(resource.id());
                case VOLUME -> writer.deleteVolume(resource.id());
                case KEY_PAIR -> writer.deleteKeyPair(resource.id());
                case SECURITY_GROUP -> writer.deleteSecurityGroup(resource.id());
                case LAUNCH_TEMPLATE -> writer.deleteLaunchTemplate(resource.id());
                case GROUP -> writer.deleteGroup(resource.id());
                case LOAD_BALANCER -> writer.deleteLoadBalancer(resource.id());
                case TARGET_GROUP -> writer.deleteTargetGroup(resource.id());
                case INSTANCE_PROFILE -> writer.deleteInstanceProfile(resource.id());
                case ROLE -> writer.deleteRole(resource.id());
                case ALARM -> writer.deleteAlarm(resource.id());
                case NETWORK_INTERFACE -> throw new IllegalStateException("AWS releases network interfaces");
            }
            refused.remove(resource.id());
            removed.add(resource.id());
            lines.add("removed " + resource.text());
        } catch (AwsFailure failure) {
            refused.put(resource.id(), failure);
        }
    }

    /** Ids of what AWS took. */
    Set<String> removed() {
        return removed;
    }

    /** By resource id, why AWS refused. */
    Map<String, String> failures() {
        Map<String, String> failures = new TreeMap<>();
        refused.forEach((id, failure) -> failures.put(id, failure.getMessage()));
        return failures;
    }

    /** What was done, for people. */
    List<String> lines() {
        return lines;
    }

    /** Says once what was refused, and again when the reason is another one. */
    void tellOf(List<Leftover> leftovers, Map<String, String> toldBefore) {
        leftovers.stream()
                .filter(left -> refused.containsKey(left.resource().id()))
                .filter(left ->
                        !left.why().equals(toldBefore.get(left.resource().id())))
                .forEach(left -> lines.add("not removed yet: " + left.text()));
    }

    /** Whether waiting helps with none of them, or there are none. */
    boolean isHopeless(List<Leftover> leftovers) {
        return leftovers.stream().noneMatch(left -> left.going() || canStillGo(left.resource()));
    }

    /** A refused removal may go once what it hangs on has gone: a security group after its instance, a snapshot after its image. */
    private boolean canStillGo(Resource resource) {
        AwsFailure failure = refused.get(resource.id());
        return failure != null && (failure.kind().passing() || failure.kind() == AwsFailure.Kind.REFUSED);
    }
}
