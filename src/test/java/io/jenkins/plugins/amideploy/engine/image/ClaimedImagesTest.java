package io.jenkins.plugins.amideploy.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.state.Claim;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.state.RunClaims;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimedImagesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Claimant PROD = new Claimant("prod", "cli-ann-1");

    private final FakeImages there = new FakeImages();
    private final MemoryStore store = new MemoryStore();
    private final ImageClaims claims = new ImageClaims(store, "web", () -> NOW);
    private final RunClaims run = RunClaims.of(claims, PROD, ImageClaims.RUN);
    private final ClaimedImages images = new ClaimedImages(there, run);

    private List<String> found(String... fingerprints) {
        return images.ofFingerprints("web", List.of(fingerprints)).stream()
                .map(Image::amiId)
                .toList();
    }

    @Test
    void lookingForFingerprints_claimsThemWhetherThereIsAnImageOrNot() {
        there.ours.add(FakeImages.base("ami-base", "b", NOW));

        assertThat(found("b", "a")).containsExactly("ami-base");
        assertThat(claims.current()).extracting(Claim::subject).containsExactlyInAnyOrder("a", "b");
        run.release();
        assertThat(store.objects).isEmpty();
    }

    @Test
    void whatIsBeingRemoved_isNotFound_andIsClaimedForTheOneThatIsBakedInstead() {
        there.ours.add(FakeImages.base("ami-base", "b", NOW));
        there.ours.add(FakeImages.application("ami-app", "a", NOW, NOW));
        claims.mark("a", new Claimant("demo", "destroy"));

        assertThat(found("b", "a")).containsExactly("ami-base");
        assertThat(claims.current()).extracting(Claim::subject).contains("a");
    }

    @Test
    void hold_claimsByFingerprint() {
        there.ours.add(FakeImages.application("ami-app", "a", NOW, NOW));
        assertThat(images.hold("web", "ami-app")).isEmpty();
        assertThat(claims.current()).extracting(Claim::subject).containsExactly("a");
    }

    @Test
    void hold_imageIsBeingRemoved_saysWhatToDo() {
        there.ours.add(FakeImages.application("ami-app", "a", NOW, NOW));
        claims.mark("a", new Claimant("demo", "destroy"));
        assertThat(images.hold("web", "ami-app"))
                .contains(
                        "image ami-app is just being removed with another environment of web: run the same command again"
                                + " without it, which bakes anew, or name another image");
    }

    @Test
    void hold_imageWasRemovedBeforeTheClaim_saysSo() {
        there.ours.add(FakeImages.application("ami-app", "a", NOW, NOW));
        store.beforeWrite = there.ours::clear;
        assertThat(images.hold("web", "ami-app")).isPresent();
    }

    @Test
    void hold_imageOfSomebodyElse_orNone_isNotClaimed() {
        there.ours.add(FakeImages.application("ami-app", "a", NOW, NOW));
        assertThat(images.hold("shop", "ami-app")).isEmpty();
        assertThat(images.hold("web", "ami-none")).isEmpty();
        assertThat(store.objects).isEmpty();
    }

    @Test
    void localState_claimsNothing() {
        there.ours.add(FakeImages.application("ami-app", "a", NOW, NOW));
        ClaimedImages unclaimed = new ClaimedImages(there, RunClaims.none());
        assertThat(unclaimed.hold("web", "ami-app")).isEmpty();
        assertThat(unclaimed.ofFingerprints("web", List.of("a"))).hasSize(1);
        assertThat(store.objects).isEmpty();
    }
}
