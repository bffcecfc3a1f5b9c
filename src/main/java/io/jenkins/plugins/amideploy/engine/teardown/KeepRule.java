package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Published;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What of an application's images stays when one of its environments goes, or when images that nobody needs any more are pruned, and for whom.
 * Pure. An image belongs to the application: it stays while an instance runs it, an environment that stays starts it or can go back to it, or a
 * run claims it. How far an environment can go back its records say; one that was never proven since there are records counts by its
 * launch-template versions. An image needs no other to start, so a base layer stays for the next bake only: the newest of its lineage.
 */
final class KeepRule {
    /** How far back an environment without records can roll back: its newest launch-template versions. */
    static final int VERSIONS_KEPT = 10;

    /** How long an image stays that no release tells of, not even a failed one: what is baked by hand today may be deployed tomorrow. */
    static final Duration GRACE = Duration.ofDays(1);

    private static final String BASE = "base";

    /** What tells published images of one distribution apart in their names: dates with a number of the day, and versions with a date. */
    private static final String SERIAL = "\\d[\\d.]{3,}(-\\d+)?";

    private static final Comparator<Published> NEWEST_FIRST =
            Comparator.comparingLong(Published::number).reversed();

    private final Scope scope;
    private final ImageHolders holders;
    private final Instant now;
    private final Set<String> standing;
    private final Set<String> recorded = new HashSet<>();
    private final Set<String> newestBases = new HashSet<>();
    private final Set<String> released = new HashSet<>();
    private final Map<String, String> chosenFor = new HashMap<>();
    private final Map<String, String> publishedFor = new HashMap<>();
    private final Map<String, String> provenFor = new HashMap<>();

    KeepRule(Scope scope, List<Resource> resources, ImageHolders holders, Instant now) {
        this.scope = scope;
        this.holders = holders;
        this.now = now;
        this.standing = standing(resources, scope);
        Map<String, Resource> newest = new HashMap<>();
        resources.stream()
                .filter(resource -> resource.kind() == Resource.Kind.IMAGE && isBase(resource))
                .filter(resource -> resource.state().equals("available"))
                .sorted(Comparator.comparing(Resource::created))
                .forEach(base -> newest.put(lineage(base), base));
        newest.values().forEach(base -> newestBases.add(base.id()));
        holders.histories().stream()
                .filter(history -> !scope.isLeaving(history.environment()))
                .forEach(this::records);
        published();
    }

    /** Environments that stay and have a part of a stack. */
    static Set<String> standing(List<Resource> resources, Scope scope) {
        return resources.stream()
                .filter(KeepRule::isPartOfAStack)
                .map(resource -> resource.tags().get(Tags.ENVIRONMENT))
                .filter(environment -> environment != null && !scope.isLeaving(environment))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Network interfaces stay for minutes after what they belonged to, and what is going is a stack no more. */
    private static boolean isPartOfAStack(Resource resource) {
        return switch (resource.kind()) {
            case IMAGE, SNAPSHOT, NETWORK_INTERFACE -> false;
            default -> !resource.isTemporary() && !Leftover.isGoing(resource);
        };
    }

    private void records(History history) {
        Map<String, String> proven = history.kept(scope.kept());
        if (!proven.isEmpty()) {
            recorded.add(history.environment());
        }
        proven.forEach((image, release) -> provenFor.putIfAbsent(image, release + " can be gone back to"));
        history.releases().stream().map(Release::imageId).forEach(released::add);
    }

    private void published() {
        Map<String, List<Published>> templates = holders.uses().published().stream()
                .filter(version -> !scope.isLeaving(version.tags().get(Tags.ENVIRONMENT)))
                .collect(Collectors.groupingBy(Published::templateId, TreeMap::new, Collectors.toList()));
        List<Published> needed = new ArrayList<>();
        for (List<Published> versions : templates.values()) {
            versions.stream()
                    .sorted(NEWEST_FIRST)
                    .limit(versionsKept(versions.get(0)))
                    .forEach(needed::add);
            versions.stream()
                    .filter(version -> version.isDefault() || isChosen(version, versions))
                    .forEach(needed::add);
        }
        for (Published version : needed) {
            boolean runs = isChosen(version, templates.get(version.templateId()));
            String text = version.tags().getOrDefault(Tags.ENVIRONMENT, "a launch template")
                    + (runs ? " runs it (" : " can start it (") + version.templateId() + " version " + version.number()
                    + ")";
            (runs ? chosenFor : publishedFor).putIfAbsent(version.imageId(), text);
        }
    }

    /** The newest is what Terraform plans with where no image is named. */
    private int versionsKept(Published ofTemplate) {
        return recorded.contains(ofTemplate.tags().getOrDefault(Tags.ENVIRONMENT, "")) ? 1 : VERSIONS_KEPT;
    }

    private boolean isChosen(Published version, List<Published> all) {
        return holders.uses().chosen().stream()
                .filter(chosen -> chosen.templateId().equals(version.templateId()))
                .anyMatch(chosen -> switch (chosen.version()) {
                    case "$Latest" -> all.stream().noneMatch(other -> other.number() > version.number());
                    case "$Default" -> version.isDefault();
                    default -> chosen.version().equals(String.valueOf(version.number()));
                });
    }

    /** Whether no other environment has a stack, so that nothing of the application is to be left. */
    boolean isLast() {
        return standing.isEmpty();
    }

    /** Why an image, or a snapshot without one, stays; empty when it goes. */
    Optional<String> why(Resource resource) {
        return runs(resource)
                .or(() -> Optional.ofNullable(chosenFor.get(resource.id())))
                .or(() -> Optional.ofNullable(provenFor.get(resource.id())))
                .or(() -> Optional.ofNullable(publishedFor.get(resource.id())))
                .or(() -> claimed(resource))
                .or(() -> bakedFor(resource))
                .or(() -> nextBake(resource))
                .or(() -> justBaked(resource));
    }

    /** Any instance of the account; those of the environment that goes are going, too. */
    private Optional<String> runs(Resource image) {
        return holders.uses().running().stream()
                .filter(instance -> instance.imageId().equals(image.id()))
                .filter(instance -> !scope.isLeaving(instance.tags()) && !Leftover.isGoing(instance.state()))
                .map(instance -> Optional.ofNullable(instance.tags().get(Tags.ENVIRONMENT))
                                .map(environment -> environment + " runs it (")
                                .orElse("it runs (")
                        + instance.instanceId() + ")")
                .findFirst();
    }

    private Optional<String> claimed(Resource resource) {
        return holders.claims().stream()
                .filter(claim -> claim.subject().equals(subject(resource)))
                .filter(claim -> !scope.isLeaving(claim.environment()))
                .map(claim -> claim.text())
                .findFirst();
    }

    /** Images that were baked when they still belonged to an environment carry its tag. Records say more of it than the tag. */
    private Optional<String> bakedFor(Resource resource) {
        return Optional.ofNullable(resource.tags().get(Tags.ENVIRONMENT))
                .filter(environment -> standing.contains(environment) && !recorded.contains(environment))
                .map(environment -> "baked for " + environment + ", whose stack stands");
    }

    private Optional<String> nextBake(Resource resource) {
        return newestBases.contains(resource.id()) && !isLast()
                ? Optional.of("the next bake for " + String.join(" or ", standing) + " starts from it")
                : Optional.empty();
    }

    /** A destroy is asked for an environment's images, too; a prune for what nobody needs any more. */
    private Optional<String> justBaked(Resource image) {
        return scope.isPrune()
                        && image.kind() == Resource.Kind.IMAGE
                        && !released.contains(image.id())
                        && isYoung(image)
                ? Optional.of("baked less than " + GRACE.toHours() + " h ago, and no release tells of it yet")
                : Optional.empty();
    }

    private boolean isYoung(Resource image) {
        try {
            return now.isBefore(Instant.parse(image.created()).plus(GRACE));
        } catch (DateTimeParseException notTold) {
            return false;
        }
    }

    private static boolean isBase(Resource resource) {
        return BASE.equals(resource.tags().get(Tags.LAYER));
    }

    /** Published images of one distribution, as their names tell; a base layer that does not tell what it was baked from is alone by its content. */
    private static String lineage(Resource base) {
        String[] idAndName = base.tags().getOrDefault(Tags.BASE_IMAGE, "").split(" ", 2);
        return idAndName.length == 2 ? idAndName[1].replaceAll(SERIAL, "*") : subject(base);
    }

    /** By what an image is claimed. */
    static String subject(Resource resource) {
        return ImageClaims.subject(resource.tags().get(Tags.FINGERPRINT), resource.id());
    }
}
