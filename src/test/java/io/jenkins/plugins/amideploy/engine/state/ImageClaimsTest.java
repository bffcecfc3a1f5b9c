package io.jenkins.plugins.amideploy.engine.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageClaimsTest {
    private static final Claimant PROD = new Claimant("prod", "jenkins-deploy-7");
    private static final Claimant DEMO = new Claimant("demo", "destroy");

    private final MemoryStore store = new MemoryStore();
    private Instant now = Instant.parse("2026-11-23T12:00:00.5Z");
    private final ImageClaims claims = new ImageClaims(store, "web", () -> now);

    @Test
    void claim_isAnObjectThatSaysWhoAndHowLong() {
        assertThat(claims.claim("f00d", PROD, ImageClaims.RUN)).isFalse();

        assertThat(store.objects).containsOnlyKeys("web/claims/f00d/prod.jenkins-deploy-7.json");
        assertThat(store.read("web/claims/f00d/prod.jenkins-deploy-7.json")
                        .orElseThrow()
                        .text())
                .isEqualTo(
                        "{\"environment\": \"prod\", \"build\": \"jenkins-deploy-7\", \"expires_at\": \"2026-11-23T15:00:00Z\"}\n");
        assertThat(claims.current())
                .singleElement()
                .extracting(Claim::text)
                .isEqualTo("jenkins-deploy-7 claims it for prod until 2026-11-23T15:00:00Z");
    }

    @Test
    void claim_ofABuildWithAnyName_isOneObjectBelowItsSubject() {
        claims.claim("f00d", new Claimant("prod", "a/b \"c\""), ImageClaims.RUN);
        assertThat(store.objects).containsOnlyKeys("web/claims/f00d/prod.a-b--c-.json");
        assertThat(claims.current()).hasSize(1);
    }

    @Test
    void claim_expires_alsoWhereClocksDiffer() {
        claims.claim("f00d", PROD, ImageClaims.RUN);
        now = now.plus(ImageClaims.RUN).plus(Duration.ofMinutes(4));
        assertThat(claims.current()).hasSize(1);
        now = now.plus(Duration.ofMinutes(2));
        assertThat(claims.current()).isEmpty();
    }

    @Test
    void release_endsTheRunsClaimsAndNoOthers() {
        claims.claim("f00d", PROD, ImageClaims.RUN);
        claims.claim("ami-1", PROD, ImageClaims.APPROVAL);
        claims.claim("f00d", new Claimant("test", "jenkins-deploy-7"), ImageClaims.RUN);
        claims.release(PROD);
        assertThat(claims.current()).extracting(Claim::environment).containsExactly("test");
    }

    @Test
    void forget_endsAllClaimsForAnEnvironment() {
        claims.claim("f00d", PROD, ImageClaims.RUN);
        claims.claim("f00d", new Claimant("test", "x"), ImageClaims.RUN);
        claims.forget("prod");
        assertThat(claims.current()).extracting(Claim::environment).containsExactly("test");
    }

    @Test
    void mark_isSeenByWhoClaimsAfterIt_andItsClaimStands() {
        assertThat(claims.mark("f00d", DEMO)).isPresent();
        assertThat(claims.claim("f00d", PROD, ImageClaims.RUN)).isTrue();
        assertThat(claims.claim("beef", PROD, ImageClaims.RUN)).isFalse();
        assertThat(claims.current()).extracting(Claim::subject).containsExactlyInAnyOrder("f00d", "beef");
    }

    /** Whatever comes first: at least one of the two sees the other. */
    @Test
    void claimAndMark_inBothOrders_oneSeesTheOther() {
        assertThat(claims.claim("f00d", PROD, ImageClaims.RUN)).isFalse();
        claims.mark("f00d", DEMO);
        assertThat(claims.current()).hasSize(1);

        claims.mark("beef", DEMO);
        store.beforeList =
                () -> assertThat(claims.claim("beef", PROD, ImageClaims.RUN)).isTrue();
        claims.current();
    }

    @Test
    void mark_isHeldByOneRunAtATime() {
        Mark mark = claims.mark("f00d", DEMO).orElseThrow();
        assertThat(claims.mark("f00d", new Claimant("test", "destroy"))).isEmpty();
        claims.unmark(mark);
        assertThat(store.objects).isEmpty();
        assertThat(claims.mark("f00d", new Claimant("test", "destroy"))).isPresent();
    }

    @Test
    void mark_ofARunThatCrashed_isTakenOverByOne() {
        claims.mark("f00d", DEMO);
        ObjectStore.Stored old = store.objects.get("web/claims/f00d/removing.json");
        now = now.plus(ImageClaims.MARKER).plus(Duration.ofMinutes(6));
        assertThat(claims.claim("f00d", PROD, ImageClaims.RUN)).isFalse();
        assertThat(claims.mark("f00d", DEMO)).isPresent();
        assertThat(store.replace("web/claims/f00d/removing.json", "", old.version()))
                .as("another one that read the old marker, too")
                .isFalse();
    }

    @Test
    void unmark_tooLate_leavesWhatMayBeAnothers() {
        Mark mark = claims.mark("f00d", DEMO).orElseThrow();
        now = now.plus(ImageClaims.MARKER);
        assertThat(claims.holds(mark)).isFalse();
        claims.unmark(mark);
        assertThat(store.objects).containsOnlyKeys("web/claims/f00d/removing.json");
    }

    @Test
    void unmark_takesExpiredClaimsAlong() {
        claims.claim("f00d", PROD, ImageClaims.RUN);
        now = now.plus(ImageClaims.APPROVAL);
        claims.unmark(claims.mark("f00d", DEMO).orElseThrow());
        assertThat(store.objects).isEmpty();
    }

    @Test
    void noBucket_meansNobodyClaimsAnything() {
        store.exists = false;
        assertThat(claims.claim("f00d", PROD, ImageClaims.RUN)).isFalse();
        assertThat(claims.current()).isEmpty();
        Optional<Mark> mark = claims.mark("f00d", DEMO);
        assertThat(mark).isPresent();
        claims.unmark(mark.orElseThrow());
        claims.release(PROD);
    }

    @Test
    void storeThatCannotBeRead_orSaysSomethingElse_isAnError() {
        store.write("web/claims/f00d/prod.x.json", "{}");
        assertThatThrownBy(claims::current)
                .hasMessage(
                        "web/claims/f00d/prod.x.json in the state bucket is not a claim (no environment): delete the object");
        store.down = new AwsFailure(AwsFailure.Kind.ACCESS_DENIED, "s3:ListBucket", "AccessDenied", "denied", null);
        assertThatThrownBy(claims::current).isSameAs(store.down);
        assertThatThrownBy(() -> claims.claim("f00d", PROD, ImageClaims.RUN)).isSameAs(store.down);
        assertThatThrownBy(() -> claims.mark("f00d", DEMO)).isSameAs(store.down);
    }
}
