package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TeardownTest {
    private static final AppId APP = new AppId("web", "prod");
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final Account account = new Account();
    private Instant now = START;
    private final MemoryStore store = new MemoryStore();
    private final ImageClaims claims = new ImageClaims(store, "web", () -> now);
    private final TeardownPoll poll = new TeardownPoll(
            account, account, Bucket.ledger(store, "web", "destroy", () -> now), APP, Duration.ofMinutes(10), true);
    private TeardownState state = TeardownState.begin(START);

    private TeardownStep look() {
        TeardownStep step = poll.poll(TeardownState.fromMap(state.asMap()), now);
        state = step.state();
        now = now.plusSeconds(5);
        return step;
    }

    @Test
    void poll_nothingLeft_isClean() {
        assertThat(look().isClean()).isTrue();
    }

    @Test
    void poll_imagesOfEveryVersion_goWithTheirSnapshots() {
        account.image("ami-1", "snap-1").image("ami-2", "snap-2", "snap-3");
        assertThat(poll.plan(now).lines())
                .containsExactly("image ami-1 with 1 snapshot", "image ami-2 with 2 snapshots");
        assertThat(look().over()).isFalse();
        assertThat(look().isClean()).isTrue();
        assertThat(account.calls).containsExactly("deregister ami-1 true", "deregister ami-2 true");
    }

    @Test
    void poll_endpointIgnoresTheSnapshots_removesThemAfterTheImage() {
        account.image("ami-1", "snap-1").keepsSnapshots = true;
        look();
        look();
        assertThat(look().isClean()).isTrue();
        assertThat(account.calls).containsExactly("deregister ami-1 true", "snapshot snap-1");
    }

    @Test
    void poll_imageHasASnapshotWithoutOurTags_leavesThatSnapshot() {
        account.image("ami-1", "snap-1");
        account.resources.put("snap-1", resource(Kind.SNAPSHOT, "snap-1", "", Map.of(Tags.APP, "other")));
        look();
        assertThat(look().isClean()).isTrue();
        assertThat(account.calls).containsExactly("deregister ami-1 false");
        assertThat(account.resources).containsKey("snap-1");
    }

    @Test
    void poll_bakeWasKilled_removesWhatItLeftInOrder() {
        account.add(resource(Kind.SECURITY_GROUP, "sg-1", "", temporary()))
                .add(resource(Kind.KEY_PAIR, "key-1", "", temporary()))
                .add(resource(Kind.INSTANCE, "i-1", "running", temporary()));
        account.refusals.put("sg-1", failure(AwsFailure.Kind.REFUSED, "DependencyViolation"));
        TeardownStep step = look();
        assertThat(account.calls).containsExactly("terminate i-1", "key pair key-1", "security group sg-1");
        assertThat(step.over()).isFalse();
        assertThat(step.lines())
                .contains("removed instance i-1")
                .anyMatch(line -> line.startsWith("not removed yet: security group sg-1"));
        account.refusals.clear();
        look();
        assertThat(look().isClean()).isTrue();
    }

    @Test
    void poll_partOfTheStackWillNotGo_isLeftoverWithAwsReasonAndCure() {
        account.add(resource(Kind.SECURITY_GROUP, "sg-1", "", ours()));
        account.refusals.put("sg-1", failure(AwsFailure.Kind.ACCESS_DENIED, "UnauthorizedOperation"));
        TeardownStep step = look();
        assertThat(step.over()).isTrue();
        assertThat(step.isClean()).isFalse();
        assertThat(step.leftovers().get(0).text())
                .isEqualTo(
                        "security group sg-1: ec2:Some: UnauthorizedOperation; see which network interface still uses it,"
                                + " then run destroy again");
    }

    @Test
    void poll_somethingIsGoing_waitsUntilTheDeadline() {
        account.add(resource(Kind.NETWORK_INTERFACE, "eni-1", "in-use", ours()));
        assertThat(look().over()).isFalse();
        now = START.plus(Duration.ofMinutes(10));
        assertThat(look().over()).isTrue();
    }

    @Test
    void poll_imageIsProtected_endsWithAwsReason() {
        account.image("ami-1", "snap-1");
        account.refusals.put("ami-1", failure(AwsFailure.Kind.ACCESS_DENIED, "OperationNotPermitted"));
        now = START.plus(Duration.ofMinutes(10));
        TeardownStep step = look();
        assertThat(step.over()).isTrue();
        assertThat(step.leftovers().get(0).why()).isEqualTo("ec2:Some: OperationNotPermitted");
    }

    @Test
    void poll_aKindCannotBeRead_isNotProven() {
        account.unread.add("cloudwatch:DescribeAlarms: AccessDenied");
        assertThat(look().over()).isTrue();
        assertThat(look().isClean()).isFalse();
    }

    @Test
    void poll_throttled_looksAgainAndNoCredentials_throws() {
        account.down = failure(AwsFailure.Kind.THROTTLED, "Throttling");
        assertThat(look().over()).isFalse();
        account.down = failure(AwsFailure.Kind.NO_CREDENTIALS, "");
        assertThatThrownBy(this::look).isInstanceOf(AwsFailure.class);
    }

    private static final Claimant TEST = new Claimant("test", "cli-ann-1");

    @Test
    void poll_imageThatAnotherEnvironmentsRunClaims_isKeptAndNoLeftover() {
        account.image("ami-1", "snap-1");
        claims.claim("ami-1", TEST, ImageClaims.RUN);
        TeardownStep step = look();
        assertThat(step.isClean()).isTrue();
        assertThat(step.kept())
                .extracting(Kept::text)
                .containsExactly("keeps image ami-1: cli-ann-1 claims it for test until 2026-01-01T13:00:00Z");
        assertThat(account.calls).isEmpty();
        assertThat(store.objects).containsOnlyKeys("web/claims/ami-1/test.cli-ann-1.json");
    }

    @Test
    void poll_imageIsClaimedBetweenTheFirstLookAndTheMarker_isKept() {
        account.image("ami-1", "snap-1");
        account.beforeUses = () -> {
            account.beforeUses = () -> {};
            assertThat(claims.claim("ami-1", TEST, ImageClaims.RUN)).isFalse();
        };
        assertThat(look().isClean()).isTrue();
        assertThat(account.calls).isEmpty();
    }

    /** The other run was done, and so published its version, before the claims were looked at under the marker. */
    @Test
    void poll_imageIsPublishedAndReleasedBetweenTheFirstLookAndTheMarker_isKept() {
        account.image("ami-1", "snap-1");
        account.beforeUses = () -> {
            account.beforeUses = () -> {};
            account.published.add(new ImageUses.Published(
                    "lt-1", 1, true, "ami-1", Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "test")));
        };
        TeardownStep step = look();
        // The first look has it published already after the look at uses; what was planned before is planned anew.
        assertThat(step.isClean()).isTrue();
        assertThat(account.calls).isEmpty();
    }

    @Test
    void poll_whileItDeregisters_whoClaimsIsToldSo() {
        account.image("ami-1", "snap-1");
        List<Boolean> told = new ArrayList<>();
        account.beforeRemoval = () -> told.add(claims.claim("ami-1", TEST, ImageClaims.RUN));
        look();
        assertThat(told).containsExactly(true);
        assertThat(store.objects).as("the marker is gone").containsOnlyKeys("web/claims/ami-1/test.cli-ann-1.json");
    }

    @Test
    void poll_anotherRunRemovesTheSameImage_waitsForIt() {
        account.image("ami-1", "snap-1");
        claims.mark("ami-1", TEST);
        assertThat(look().over()).isFalse();
        assertThat(account.calls).isEmpty();
        account.resources.clear();
        assertThat(look().isClean()).isTrue();
    }

    @Test
    void poll_ownEnvironmentsClaim_keepsNothingAndGoesWithIt() {
        account.image("ami-1", "snap-1");
        claims.claim("ami-1", new Claimant("prod", "crashed"), ImageClaims.APPROVAL);
        look();
        assertThat(look().isClean()).isTrue();
        assertThat(account.calls).containsExactly("deregister ami-1 true");
        assertThat(store.objects).isEmpty();
    }

    @Test
    void poll_claimsCannotBeRead_keepsImagesAndIsNotProven() {
        account.image("ami-1", "snap-1").add(resource(Kind.KEY_PAIR, "key-1", "", temporary()));
        store.down = failure(AwsFailure.Kind.ACCESS_DENIED, "AccessDenied");
        look();
        TeardownStep step = look();
        assertThat(account.calls).containsExactly("key pair key-1");
        assertThat(step.over()).isTrue();
        assertThat(step.isClean()).isFalse();
        assertThat(step.unread()).containsExactly("ec2:Some: AccessDenied");
        assertThat(step.leftovers().get(0).text())
                .isEqualTo(
                        "image ami-1: not removed, since it could not be looked at who needs it; let it be looked at,"
                                + " as told, and run destroy again");
    }

    @Test
    void poll_usesCannotBeRead_keepsImagesAndIsNotProven() {
        account.image("ami-1", "snap-1");
        account.usesUnread.add("ec2:DescribeLaunchTemplateVersions: UnauthorizedOperation");
        TeardownStep step = look();
        assertThat(account.calls).isEmpty();
        assertThat(step.over()).isTrue();
        assertThat(step.isClean()).isFalse();
    }

    @Test
    void poll_claimsCannotBeReadJustNow_looksAgain() {
        account.image("ami-1", "snap-1");
        store.down = failure(AwsFailure.Kind.THROTTLED, "SlowDown");
        assertThat(look().over()).isFalse();
        store.down = null;
        look();
        assertThat(look().isClean()).isTrue();
    }

    private static Resource resource(Kind kind, String id, String state, Map<String, String> tags) {
        return new Resource(kind, id, "", state, tags, List.of());
    }

    private static Map<String, String> ours() {
        return Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "prod");
    }

    private static Map<String, String> temporary() {
        Map<String, String> tags = new HashMap<>(ours());
        tags.put(Tags.TEMPORARY, "true");
        return tags;
    }

    private static AwsFailure failure(AwsFailure.Kind kind, String code) {
        return new AwsFailure(kind, "ec2:Some", code, "ec2:Some: " + code, null);
    }
}
