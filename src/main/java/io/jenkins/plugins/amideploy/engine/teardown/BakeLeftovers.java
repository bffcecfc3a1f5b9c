package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import java.time.Instant;
import java.util.ArrayList;
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
 * @param adopted of these the images with their snapshots, with the tags that they have yet to get
 * @param held what a bake may still need
 * @param lookAlikes named as Packer names what it makes, and claimed by no bake of the application: other people's, or of a bake that was killed before it could claim
 */
record BakeLeftovers(Inventory inventory, List<Resource> adopted, List<Leftover> held, List<Kept> lookAlikes) {
    private static final Pattern TIMED =
            Pattern.compile(Temporary.PREFIX + "([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private static final int HEX = 16;

    private static final String PENDING = "pending";

    BakeLeftovers {
        adopted = List.copyOf(adopted);
        held = List.copyOf(held);
        lookAlikes = List.copyOf(lookAlikes);
    }

    /** Looks, and adds to what carries tags. */
    static BakeLeftovers look(Inventory tagged, ResourceReader reader, Ledger ledger, Scope scope, Instant now) {
        List<Resource> found = new ArrayList<>(tagged.resources());
        List<String> unread = new ArrayList<>(tagged.unread());
        List<Resource> adopted = new ArrayList<>();
        List<Leftover> held = new ArrayList<>();
        List<Kept> lookAlikes = new ArrayList<>();
        List<BakeClaims.Claim> claims = claims(ledger, unread);
        Inventory untagged = untagged(reader, claims);
        unread.addAll(untagged.unread());
        for (Resource resource : untagged.resources()) {
            Optional<BakeClaims.Claim> claim =
                    claims.stream().filter(each -> isOf(each, resource)).findFirst();
            if (claim.isEmpty()) {
                lookAlikes.add(new Kept(
                        resource,
                        "named as Packer names what it makes for a bake" + madeAt(resource.name()) + ", and no bake of "
                                + scope.app() + " claims it"));
            } else if (claim.get().life(ledger.probe(), now) == Life.DEAD) {
                Map<String, String> tags = tags(claim.get(), scope);
                if (resource.kind() != Resource.Kind.IMAGE) {
                    found.add(with(tags, resource));
                } else if (resource.state().equals(PENDING)) {
                    held.add(pending(resource, scope));
                } else {
                    adopted.add(with(tags, resource));
                    resource.related().forEach(id -> adopted.add(snapshot(id, tags)));
                }
            } else if (scope.isLeaving(claim.get().environment())) {
                held.add(held(resource, claim.get()));
            }
        }
        found.addAll(adopted);
        return new BakeLeftovers(new Inventory(found, unread), adopted, held, lookAlikes);
    }

    /** Names alone make an image nobody's look-alike, so it is looked for by the claims only. */
    private static Inventory untagged(ResourceReader reader, List<BakeClaims.Claim> claims) {
        Inventory temporaries = reader.temporaries();
        List<String> images = claims.stream()
                .filter(claim -> claim.made().kind() == Temporary.Kind.KEY_PAIR)
                .map(claim -> claim.made().name())
                .filter(name -> name.startsWith(Temporary.PREFIX))
                .map(name -> name.substring(Temporary.PREFIX.length()))
                .distinct()
                .toList();
        return images.isEmpty() ? temporaries : temporaries.and(reader.untaggedImages(images));
    }

    /** An old Packer's key pair is named after the image that it bakes, so the claim of the one is that of the other. */
    private static boolean isOf(BakeClaims.Claim claim, Resource resource) {
        String claimed = claim.made().name();
        boolean isKeyPair = claim.made().kind() == Temporary.Kind.KEY_PAIR;
        return switch (resource.kind()) {
            case KEY_PAIR -> isKeyPair && claimed.equals(resource.name());
            case IMAGE -> isKeyPair && claimed.equals(Temporary.PREFIX + resource.name());
            default -> !isKeyPair && claimed.equals(resource.name());
        };
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

    private static Map<String, String> tags(BakeClaims.Claim claim, Scope scope) {
        return Map.of(
                Tags.APP, scope.app(),
                Tags.ENVIRONMENT, claim.environment(),
                Tags.BUILD, claim.owner().build(),
                Tags.TEMPORARY, "true",
                Tags.EXPIRES_AT, claim.expiresAt().toString());
    }

    private static Resource with(Map<String, String> tags, Resource resource) {
        return new Resource(
                resource.kind(), resource.id(), resource.name(), resource.state(), tags, resource.related());
    }

    private static Resource snapshot(String id, Map<String, String> tags) {
        return new Resource(Resource.Kind.SNAPSHOT, id, "", "", tags, List.of());
    }

    /** AWS may not tell the snapshots of an image yet that it is still making. */
    private static Leftover pending(Resource image, Scope scope) {
        return new Leftover(
                image, "left by a bake, and AWS is still making it", "run " + scope.command() + " again", true);
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
