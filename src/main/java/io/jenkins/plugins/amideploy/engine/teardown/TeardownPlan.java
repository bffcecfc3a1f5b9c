package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What goes, and who takes it away. Pure: made from an {@link Inventory}, shown to the user before anything happens, and made anew by
 * {@link TeardownPoll} at every look.
 *
 * @param removals what we take away ourselves, in order: images with their snapshots, and what a bake left behind
 * @param stack what {@code terraform destroy} takes away; afterwards, what it did not know
 * @param unread what could not be looked at
 */
public record TeardownPlan(List<Removal> removals, List<Resource> stack, List<String> unread) {

    /**
     * One removal.
     *
     * @param resource what goes
     * @param withSnapshots whether an image's snapshots go with it in the same call: only when each of them carries both tags itself
     */
    public record Removal(Resource resource, boolean withSnapshots) {
        public Removal {
            Objects.requireNonNull(resource, "resource");
        }
    }

    public TeardownPlan {
        removals = List.copyOf(removals);
        stack = List.copyOf(stack);
        unread = List.copyOf(unread);
    }

    /** Plans for what carries both tags of {@code app}; whatever else an inventory holds is left out. */
    public static TeardownPlan from(Inventory inventory, AppId app) {
        List<Resource> ours = inventory.resources().stream()
                .filter(resource -> resource.belongsTo(app))
                .toList();
        Set<String> snapshots = new HashSet<>();
        Set<String> imageSnapshots = new HashSet<>();
        for (Resource resource : ours) {
            if (resource.kind() == Resource.Kind.SNAPSHOT) {
                snapshots.add(resource.id());
            }
            if (resource.kind() == Resource.Kind.IMAGE) {
                imageSnapshots.addAll(resource.related());
            }
        }
        List<Removal> removals = new ArrayList<>();
        List<Resource> stack = new ArrayList<>();
        for (Resource.Kind kind : Resource.Kind.values()) {
            for (Resource resource : ours) {
                if (resource.kind() != kind || isGoneWithItsImage(resource, imageSnapshots)) {
                    continue;
                }
                if (isRemovedByUs(resource)) {
                    boolean with = !resource.related().isEmpty() && snapshots.containsAll(resource.related());
                    removals.add(new Removal(resource, resource.kind() == Resource.Kind.IMAGE && with));
                } else {
                    stack.add(resource);
                }
            }
        }
        return new TeardownPlan(removals, stack, inventory.unread());
    }

    /** A snapshot cannot go before its image (EC2 user guide, "Delete an Amazon EBS snapshot"); if it outlives it, the next look finds it alone. */
    private static boolean isGoneWithItsImage(Resource resource, Set<String> imageSnapshots) {
        return resource.kind() == Resource.Kind.SNAPSHOT && imageSnapshots.contains(resource.id());
    }

    private static boolean isRemovedByUs(Resource resource) {
        return switch (resource.kind()) {
            case IMAGE, SNAPSHOT -> true;
            case INSTANCE, VOLUME, KEY_PAIR, SECURITY_GROUP -> resource.isTemporary();
            default -> false;
        };
    }

    /** Parts of the stack that nobody is taking away; network interfaces go with what they belong to. */
    public List<Resource> standing() {
        return stack.stream()
                .filter(resource -> resource.kind() != Resource.Kind.NETWORK_INTERFACE && !Leftover.isGoing(resource))
                .toList();
    }

    public boolean isEmpty() {
        return removals.isEmpty() && stack.isEmpty();
    }

    /** One line each, for people: what goes. Snapshots that go with their image are counted at the image. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        stack.forEach(resource -> lines.add(resource.text()));
        removals.forEach(removal -> {
            int snapshots = removal.resource().kind() == Resource.Kind.IMAGE
                    ? removal.resource().related().size()
                    : 0;
            lines.add(removal.resource().text()
                    + (snapshots == 0 ? "" : " with " + snapshots + " snapshot" + (snapshots == 1 ? "" : "s"))
                    + (removal.resource().isTemporary() ? ", left by a bake" : ""));
        });
        return lines;
    }
}
