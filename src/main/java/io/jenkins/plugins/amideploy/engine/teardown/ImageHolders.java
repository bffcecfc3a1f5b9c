package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.state.Claim;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One look at who holds images: first the claims, then the records of releases, last the uses. In this order, and under a removal marker, nobody
 * is missed: a run that has released its claim before the first look has ended its record, which the second one sees, or published what the
 * third one sees.
 *
 * @param claims claims that count
 * @param histories what records say of the environments that stand; nothing of one without a record
 * @param uses what starts from the images or runs them
 * @param unread what could not be looked at; while there is any, no image may be removed
 */
record ImageHolders(List<Claim> claims, List<History> histories, ImageUses uses, List<String> unread) {
    /** Nobody holds anything. */
    static final ImageHolders NONE = new ImageHolders(List.of(), List.of(), ImageUses.NONE, List.of());

    ImageHolders {
        claims = List.copyOf(claims);
        histories = List.copyOf(histories);
        unread = unread.stream().distinct().toList();
    }

    /** @throws AwsFailure when nothing can be looked at at all, or later it may */
    static ImageHolders look(ResourceReader reader, Ledger ledger, Scope scope, Inventory inventory) {
        List<String> images = inventory.resources().stream()
                .filter(resource -> resource.kind() == Resource.Kind.IMAGE)
                .map(Resource::id)
                .toList();
        List<String> unread = new ArrayList<>();
        List<Claim> claims = read(unread, ledger::claims);
        Set<String> standing = new HashSet<>(KeepRule.standing(inventory.resources(), scope));
        if (scope.isPrune()) {
            read(unread, () -> strangers(standing, ledger.environments())).forEach(unread::add);
        }
        if (!inventory.unread().isEmpty()) {
            // What stands may be among what could not be looked at.
            read(unread, ledger::environments).stream()
                    .filter(name -> !scope.isLeaving(name))
                    .forEach(standing::add);
        }
        List<History> histories = read(unread, () -> ledger.histories(standing));
        ImageUses uses = images.isEmpty() ? ImageUses.NONE : reader.uses(scope.app(), images);
        unread.addAll(uses.unread());
        return new ImageHolders(claims, histories, uses, unread);
    }

    private static <T> List<T> read(List<String> unread, Supplier<List<T>> look) {
        try {
            return look.get();
        } catch (IllegalArgumentException malformed) {
            unread.add(malformed.getMessage());
        } catch (AwsFailure failure) {
            if (failure.kind().passing()) {
                throw failure;
            }
            unread.add(failure.getMessage());
        }
        return List.of();
    }

    /** An environment with a stack has its state in the bucket, so one of which the bucket knows nothing tells that it is the wrong one. */
    private static List<String> strangers(Set<String> standing, Collection<String> known) {
        return standing.stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .map(
                        name -> "the state bucket has neither state nor records of " + name + ", whose stack stands:"
                                + " name the bucket that has them, as state_bucket of the variables file or stateBucket of the step")
                .toList();
    }
}
