package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.state.Claim;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import java.util.ArrayList;
import java.util.List;

/**
 * One look at who holds images: first the claims, then the uses. In this order, and under a removal marker, nobody is missed: a run that has
 * released its claim before the first look has published what the second one sees.
 *
 * @param claims claims that count
 * @param uses what starts from the images or runs them
 * @param unread what could not be looked at; while there is any, no image may be removed
 */
record ImageHolders(List<Claim> claims, ImageUses uses, List<String> unread) {
    ImageHolders {
        claims = List.copyOf(claims);
        unread = List.copyOf(unread);
    }

    /** @throws AwsFailure when nothing can be looked at at all, or later it may */
    static ImageHolders look(ResourceReader reader, ImageClaims claims, String app, List<Resource> resources) {
        List<String> images = resources.stream()
                .filter(resource -> resource.kind() == Resource.Kind.IMAGE)
                .map(Resource::id)
                .toList();
        List<String> unread = new ArrayList<>();
        List<Claim> current = List.of();
        try {
            current = claims.current();
        } catch (IllegalArgumentException malformed) {
            unread.add(malformed.getMessage());
        } catch (AwsFailure failure) {
            if (failure.kind().passing()) {
                throw failure;
            }
            unread.add(failure.getMessage());
        }
        ImageUses uses = images.isEmpty() ? ImageUses.NONE : reader.uses(app, images);
        unread.addAll(uses.unread());
        return new ImageHolders(current, uses, unread);
    }
}
