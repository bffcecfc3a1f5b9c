package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What bakes left without a tag, as one look of {@link TeardownPoll} finds it: what a dead bake claims goes as if it carried the tags, what a bake claims of which nobody knows
 * whether it lives is left and counted, and what nobody claims is only named.
 *
 * @param inventory with what dead bakes left
 * @param held what a bake may still need
 * @param lookAlikes named as Packer names what it makes, and claimed by no bake of the application: other people's, or of a bake that was killed before it could claim
 */
record BakeLeftovers(Inventory inventory, List<Leftover> held, List<Kept> lookAlikes) {
    private static final Pattern TIMED =
            Pattern.compile(Temporary.PREFIX + "([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private static final int HEX = 16;

    BakeLeftovers {
        held = List.copyOf(held);
        lookAlikes = List.copyOf(lookAlikes);
    }

    /** Looks, and adds to what carries tags. */
    static BakeLeftovers look(Inventory tagged, ResourceReader reader, Ledger ledger, Scope scope, Instant now) {
        List<Resource> found = new ArrayList<>(tagged.resources());
        List<String> unread = new ArrayList<>(tagged.unread());
        List<Leftover> held = new ArrayList<>();
        List<Kept> lookAlikes = new ArrayList<>();
        Inventory untagged = reader.temporaries();
        unread.addAll(untagged.unread());
        List<BakeClaims.Claim> claims = untagged.resources().isEmpty() ? List.of() : claims(ledger, unread);
        for (Resource resource : untagged.resources()) {
            Optional<BakeClaims.Claim> claim =
                    claims.stream().filter(each -> isOf(each, resource)).findFirst();
            if (claim.isEmpty()) {
                lookAlikes.add(new Kept(
                        resource,
                        "named as Packer names what it makes for a bake" + madeAt(resource.name()) + ", and no bake of "
                                + scope.app() + " claims it"));
            } else if (claim.get().life(ledger.probe(), now) == Life.DEAD) {
                found.add(tagged(resource, claim.get(), scope));
            } else if (scope.isLeaving(claim.get().environment())) {
                held.add(held(resource, claim.get()));
            }
        }
        return new BakeLeftovers(new Inventory(found, unread), held, lookAlikes);
    }

    private static boolean isOf(BakeClaims.Claim claim, Resource resource) {
        return claim.made().name().equals(resource.name())
                && (claim.made().kind() == Temporary.Kind.KEY_PAIR) == (resource.kind() == Resource.Kind.KEY_PAIR);
    }

    private static List<BakeClaims.Claim> claims(Ledger ledger, List<String> unread) {
        try {
            return ledger.bakes().all();
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

    private static Resource tagged(Resource resource, BakeClaims.Claim claim, Scope scope) {
        Map<String, String> tags = new HashMap<>(resource.tags());
        tags.put(Tags.APP, scope.app());
        tags.put(Tags.ENVIRONMENT, claim.environment());
        tags.put(Tags.BUILD, claim.owner().build());
        tags.put(Tags.TEMPORARY, "true");
        tags.put(Tags.EXPIRES_AT, claim.expiresAt().toString());
        return new Resource(resource.kind(), resource.id(), resource.name(), resource.state(), tags, List.of());
    }

    /** Packer's own names begin with the second at which they were made (hashicorp/packer-plugin-sdk, uuid.TimeOrderedUUID). */
    private static String madeAt(String name) {
        Matcher matcher = TIMED.matcher(name);
        return matcher.matches() ? " at " + Instant.ofEpochSecond(Long.parseLong(matcher.group(1), HEX)) : "";
    }

    private static Leftover held(Resource resource, BakeClaims.Claim claim) {
        return new Leftover(
                resource,
                "bake " + claim.owner().text() + " may still need it",
                "stop that bake, or run destroy again after " + claim.expiresAt(),
                false);
    }
}
