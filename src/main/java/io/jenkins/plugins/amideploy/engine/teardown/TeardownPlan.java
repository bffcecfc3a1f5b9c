package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.Tags;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What goes when an environment does, or of the images alone when they are pruned, who takes it away, and what stays for whom. Pure: made from an {@link Inventory} and the {@link ImageHolders},
 * shown to the user before anything happens, and made anew by {@link TeardownPoll} or {@link PrunePoll} at every look.
 *
 * @param removals what we take away ourselves, in order: what a bake left behind, images with their snapshots
 * @param stack what {@code terraform destroy} takes away; afterwards, what it did not know
 * @param kept what stays, since another environment needs it
 * @param undecided images and snapshots of which nobody knows whether they are needed, since something could not be looked at
 * @param strangers what carries the application's tag and is of no environment, told when the last environment goes; nobody removes it
 * @param unread what could not be looked at
 */
public record TeardownPlan(
        List<Removal> removals,
        List<Resource> stack,
        List<Kept> kept,
        List<Resource> undecided,
        List<Resource> strangers,
        List<String> unread) {

    /** Characters of a fingerprint that people are shown. */
    private static final int SHOWN = 12;

    /**
     * One removal.
     *
     * @param resource what goes
     * @param withSnapshots whether an image's snapshots go with it in the same call: only when each of them carries the tag itself
     */
    public record Removal(Resource resource, boolean withSnapshots) {
        public Removal {
            Objects.requireNonNull(resource, "resource");
        }

        /** Whether other environments may need it, so that it goes under a marker only. */
        boolean isShared() {
            return isImage(resource);
        }

        /** What it is made of; empty where it does not tell. */
        public String fingerprint() {
            return resource.tags().getOrDefault(Tags.FINGERPRINT, "");
        }

        /** {@code image ami-0123 (web-…) with 1 snapshot, of 2026-11-20, fingerprint 3f786850e387…}. Snapshots that go with their image are counted. */
        public String text() {
            int snapshots =
                    resource.kind() == Resource.Kind.IMAGE ? resource.related().size() : 0;
            String day = resource.created().split("T", 2)[0];
            return resource.text()
                    + (snapshots == 0 ? "" : " with " + snapshots + " snapshot" + (snapshots == 1 ? "" : "s"))
                    + (day.isEmpty() ? "" : ", of " + day)
                    + (fingerprint().length() < SHOWN
                            ? ""
                            : ", fingerprint " + fingerprint().substring(0, SHOWN) + "…")
                    + (resource.isTemporary() ? ", left by a bake" : "");
        }
    }

    public TeardownPlan {
        removals = List.copyOf(removals);
        stack = List.copyOf(stack);
        kept = List.copyOf(kept);
        undecided = List.copyOf(undecided);
        strangers = List.copyOf(strangers);
        unread = unread.stream().distinct().toList();
    }

    /** Plans for the scope, from what carries the application's tag; whatever else an inventory holds is left out. */
    static TeardownPlan from(Inventory inventory, Scope scope, ImageHolders holders, Instant now) {
        return new Sorting(inventory, scope, holders, now).plan();
    }

    /** The same with these removals alone, by resource id. */
    TeardownPlan only(Set<String> ids) {
        return new TeardownPlan(
                removals.stream()
                        .filter(removal -> ids.contains(removal.resource().id()))
                        .toList(),
                stack,
                kept,
                undecided,
                strangers,
                unread);
    }

    static boolean isImage(Resource resource) {
        return resource.kind() == Resource.Kind.IMAGE || resource.kind() == Resource.Kind.SNAPSHOT;
    }

    /** Sorts an inventory, kind by kind. */
    private static final class Sorting {
        private final List<Resource> ofTheApp;
        private final Scope scope;
        private final ImageHolders holders;
        private final Instant now;
        private final KeepRule rule;
        private final Set<String> snapshots = new HashSet<>();
        private final Set<String> imageSnapshots = new HashSet<>();
        private final List<Removal> removals = new ArrayList<>();
        private final List<Resource> stack = new ArrayList<>();
        private final List<Kept> kept = new ArrayList<>();
        private final List<Resource> undecided = new ArrayList<>();
        private final List<Resource> strangers = new ArrayList<>();
        private final List<String> unread = new ArrayList<>();

        Sorting(Inventory inventory, Scope scope, ImageHolders holders, Instant now) {
            this.ofTheApp = inventory.resources().stream()
                    .filter(resource -> scope.app().equals(resource.tags().get(Tags.APP)))
                    .toList();
            this.scope = scope;
            this.holders = holders;
            this.now = now;
            this.rule = new KeepRule(scope, ofTheApp, holders, now);
            unread.addAll(inventory.unread());
            unread.addAll(holders.unread());
        }

        TeardownPlan plan() {
            for (Resource resource : ofTheApp) {
                if (resource.kind() == Resource.Kind.SNAPSHOT) {
                    snapshots.add(resource.id());
                }
                if (resource.kind() == Resource.Kind.IMAGE) {
                    imageSnapshots.addAll(resource.related());
                }
            }
            for (Resource.Kind kind : Resource.Kind.values()) {
                ofTheApp.stream().filter(resource -> resource.kind() == kind).forEach(this::sort);
            }
            return new TeardownPlan(removals, stack, kept, undecided, strangers, unread);
        }

        private void sort(Resource resource) {
            if (isImage(resource)) {
                sortImage(resource);
            } else if (scope.isLeaving(resource.tags())) {
                if (isRemovedByUs(resource)) {
                    removals.add(new Removal(resource, false));
                } else {
                    stack.add(resource);
                }
            } else if (!scope.isPrune() && rule.isLast()) {
                sortForeign(resource);
            }
        }

        private void sortImage(Resource resource) {
            if (isGoneWithItsImage(resource)) {
                return;
            }
            Optional<String> why = rule.why(resource);
            if (why.isPresent()) {
                kept.add(new Kept(resource, why.get()));
            } else if (!holders.unread().isEmpty()) {
                undecided.add(resource);
            } else {
                boolean with = !resource.related().isEmpty() && snapshots.containsAll(resource.related());
                removals.add(new Removal(resource, with));
            }
        }

        /** A snapshot cannot go before its image (EC2 user guide, "Delete an Amazon EBS snapshot"); if it outlives it, the next look finds it alone. */
        private boolean isGoneWithItsImage(Resource resource) {
            return resource.kind() == Resource.Kind.SNAPSHOT && imageSnapshots.contains(resource.id());
        }

        private static boolean isRemovedByUs(Resource resource) {
            return switch (resource.kind()) {
                case INSTANCE, VOLUME, KEY_PAIR, SECURITY_GROUP -> resource.isTemporary();
                default -> false;
            };
        }

        /** Of another environment, none of which has a stack any more: a bake may still run for one. */
        private void sortForeign(Resource resource) {
            String environment = resource.tags().get(Tags.ENVIRONMENT);
            if (environment == null) {
                strangers.add(resource);
            } else if (isRemovedByUs(resource)) {
                String expires = resource.tags().getOrDefault(Tags.EXPIRES_AT, "it ends");
                if (isOver(expires)) {
                    removals.add(new Removal(resource, false));
                } else {
                    kept.add(new Kept(resource, "a bake for " + environment + " may need it until " + expires));
                }
            }
        }

        private boolean isOver(String expires) {
            try {
                return now.isAfter(Instant.parse(expires));
            } catch (DateTimeParseException unknown) {
                return false;
            }
        }
    }

    /** Parts of the stack that nobody is taking away; network interfaces go with what they belong to. */
    public List<Resource> standing() {
        return stack.stream()
                .filter(resource -> resource.kind() != Resource.Kind.NETWORK_INTERFACE && !Leftover.isGoing(resource))
                .toList();
    }

    /** Whether there is nothing to take away. */
    public boolean isEmpty() {
        return removals.isEmpty() && stack.isEmpty();
    }

    /** One line each, for people: what goes. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        stack.forEach(resource -> lines.add(resource.text()));
        removals.forEach(removal -> lines.add(removal.text()));
        return lines;
    }
}
