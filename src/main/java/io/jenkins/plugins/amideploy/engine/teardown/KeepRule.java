package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Published;
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
 * What of an application stays when one of its environments goes, and for whom. Pure. An image belongs to the application: it stays while
 * an instance runs it, another environment can go back to it, or a run claims it. Base layers stay while there is another environment,
 * whose next bake starts from them.
 */
final class KeepRule {
    /** How far back another environment can roll back: its newest launch-template versions. */
    static final int VERSIONS_KEPT = 10;

    private static final String BASE = "base";
    private static final Comparator<Published> NEWEST_FIRST =
            Comparator.comparingLong(Published::number).reversed();

    private final AppId leaving;
    private final ImageHolders holders;
    private final Set<String> standing = new TreeSet<>();
    private final Set<String> newestBases = new HashSet<>();
    private final Map<String, String> publishedFor = new HashMap<>();

    KeepRule(AppId leaving, List<Resource> resources, ImageHolders holders) {
        this.leaving = leaving;
        this.holders = holders;
        resources.stream()
                .filter(KeepRule::isPartOfAStack)
                .map(resource -> resource.tags().get(Tags.ENVIRONMENT))
                .filter(environment -> environment != null && !environment.equals(leaving.environment()))
                .forEach(standing::add);
        Map<String, Resource> newest = new HashMap<>();
        resources.stream()
                .filter(resource -> resource.kind() == Resource.Kind.IMAGE && isBase(resource))
                .filter(resource -> resource.state().equals("available"))
                .sorted(Comparator.comparing(Resource::created))
                .forEach(base -> newest.put(subject(base), base));
        newest.values().forEach(base -> newestBases.add(base.id()));
        published();
    }

    /** Network interfaces stay for minutes after what they belonged to, and what is going is a stack no more. */
    private static boolean isPartOfAStack(Resource resource) {
        return switch (resource.kind()) {
            case IMAGE, SNAPSHOT, NETWORK_INTERFACE -> false;
            default -> !resource.isTemporary() && !Leftover.isGoing(resource);
        };
    }

    private void published() {
        Map<String, List<Published>> templates = holders.uses().published().stream()
                .filter(version -> !leaving.environment().equals(version.tags().get(Tags.ENVIRONMENT)))
                .collect(Collectors.groupingBy(Published::templateId, TreeMap::new, Collectors.toList()));
        List<Published> needed = new ArrayList<>();
        for (List<Published> versions : templates.values()) {
            versions.stream().sorted(NEWEST_FIRST).limit(VERSIONS_KEPT).forEach(needed::add);
            versions.stream()
                    .filter(version -> version.isDefault() || isChosen(version, versions))
                    .forEach(needed::add);
        }
        for (Published version : needed) {
            boolean runs = isChosen(version, templates.get(version.templateId()));
            String text = version.tags().getOrDefault(Tags.ENVIRONMENT, "a launch template")
                    + (runs ? " runs it (" : " can start it (") + version.templateId() + " version " + version.number()
                    + ")";
            publishedFor.merge(version.imageId(), text, (first, second) -> runs ? second : first);
        }
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
                .or(() -> Optional.ofNullable(publishedFor.get(resource.id())))
                .or(() -> claimed(resource))
                .or(() -> bakedFor(resource))
                .or(() -> nextBake(resource));
    }

    /** Any instance of the account; those of the environment that goes are going, too. */
    private Optional<String> runs(Resource image) {
        return holders.uses().running().stream()
                .filter(instance -> instance.imageId().equals(image.id()))
                .filter(instance -> !isOfLeaving(instance.tags()) && !Leftover.isGoing(instance.state()))
                .map(instance -> Optional.ofNullable(instance.tags().get(Tags.ENVIRONMENT))
                                .map(environment -> environment + " runs it (")
                                .orElse("it runs (")
                        + instance.instanceId() + ")")
                .findFirst();
    }

    private boolean isOfLeaving(Map<String, String> tags) {
        return leaving.app().equals(tags.get(Tags.APP)) && leaving.environment().equals(tags.get(Tags.ENVIRONMENT));
    }

    private Optional<String> claimed(Resource resource) {
        return holders.claims().stream()
                .filter(claim -> claim.subject().equals(subject(resource)))
                .filter(claim -> !claim.environment().equals(leaving.environment()))
                .map(claim -> claim.text())
                .findFirst();
    }

    /** Images that were baked when they still belonged to an environment carry its tag. */
    private Optional<String> bakedFor(Resource resource) {
        return Optional.ofNullable(resource.tags().get(Tags.ENVIRONMENT))
                .filter(standing::contains)
                .map(environment -> "baked for " + environment + ", whose stack stands");
    }

    private Optional<String> nextBake(Resource resource) {
        return newestBases.contains(resource.id()) && !isLast()
                ? Optional.of("the next bake for " + String.join(" or ", standing) + " starts from it")
                : Optional.empty();
    }

    private static boolean isBase(Resource resource) {
        return BASE.equals(resource.tags().get(Tags.LAYER));
    }

    /** By what an image is claimed. */
    static String subject(Resource resource) {
        return ImageClaims.subject(resource.tags().get(Tags.FINGERPRINT), resource.id());
    }
}
