package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an old Packer made without a tag goes with its environment where a dead bake claims it, and only then. */
class BakeLeftoversTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Owner OWNER = new Owner("cli-ann-1", "", "host", "boot", 4711, "77");
    private static final String IMAGE = "web-20261123-1";
    private static final String KEY_PAIR = "packer_" + IMAGE;
    private static final String GROUP = "packer_6b042889-bc02-61c7-74a5-e7b7b75f2127";

    private final Account account = new Account();
    private final MemoryStore store = new MemoryStore();
    private final BakeClaims claims = new BakeClaims(store, "web", new TinyJson(), new TinyJson());

    private void left() {
        account.untagged.add(new Resource(Kind.KEY_PAIR, KEY_PAIR, KEY_PAIR, "", Map.of(), List.of()));
        account.untagged.add(new Resource(Kind.SECURITY_GROUP, "sg-1", GROUP, "", Map.of(), List.of()));
    }

    private void imageLeft(String state, String... snapshots) {
        account.untagged.add(new Resource(Kind.IMAGE, "ami-1", IMAGE, state, Map.of(), List.of(snapshots)));
    }

    private void claimed(String environment, Instant expiresAt) {
        claims.claim(new Temporary(Temporary.Kind.KEY_PAIR, KEY_PAIR), environment, OWNER, expiresAt);
        claims.claim(new Temporary(Temporary.Kind.SECURITY_GROUP, GROUP), environment, OWNER, expiresAt);
    }

    private TeardownStep poll(Life life) {
        Ledger ledger = Ledger.of(store, "web", "destroy", () -> NOW, new TinyJson(), owner -> {
            assertThat(owner).isEqualTo(OWNER);
            return life;
        });
        return new TeardownPoll(account, account, ledger, new AppId("web", "prod"), Duration.ofMinutes(10), true)
                .poll(TeardownState.begin(NOW), NOW);
    }

    @Test
    void poll_whatADeadBakeClaims_goes() {
        left();
        claimed("prod", NOW.plusSeconds(3600));

        poll(Life.DEAD);
        assertThat(account.calls).containsExactly("key pair " + KEY_PAIR, "security group sg-1");
        assertThat(store.list("web/bakes/")).as("until nothing is left").hasSize(2);

        account.untagged.clear();
        assertThat(poll(Life.DEAD).isClean()).isTrue();
        assertThat(store.list("web/bakes/")).isEmpty();
    }

    /** Packer was ended between the call that makes the image and the one that tags it. */
    @Test
    void poll_imageOfADeadBakeThatNobodyTagged_goesWithItsSnapshots() {
        imageLeft("available", "snap-1");
        claimed("prod", NOW.plusSeconds(3600));

        TeardownStep step = poll(Life.DEAD);

        assertThat(account.calls).containsExactly("tag ami-1", "tag snap-1", "deregister ami-1 true");
        assertThat(step.lines()).containsExactly("removed image ami-1 (" + IMAGE + ")");
    }

    /** Whoever may remove what has no tag needs none. */
    @Test
    void poll_imageThatMayNotBeTagged_goesAllTheSame_andIsNotSaidToStay() {
        imageLeft("available", "snap-1");
        claimed("prod", NOW.plusSeconds(3600));
        account.refusals.put(
                "tag ami-1",
                new AwsFailure(AwsFailure.Kind.REFUSED, "ec2:CreateTags", "UnauthorizedOperation", "no", null));

        TeardownStep step = poll(Life.DEAD);

        assertThat(step.lines()).containsExactly("removed image ami-1 (" + IMAGE + ")");
        assertThat(step.state().failures()).isEmpty();
    }

    /** Its snapshots are not told yet, and could be found no more without it. */
    @Test
    void poll_imageOfADeadBakeThatAwsIsStillMaking_isWaitedFor() {
        imageLeft("pending");
        claimed("prod", NOW.plusSeconds(3600));

        TeardownStep step = poll(Life.DEAD);

        assertThat(account.calls).isEmpty();
        assertThat(step.over()).isFalse();
        assertThat(step.leftovers())
                .extracting(Leftover::text)
                .containsExactly("image ami-1 (" + IMAGE + "): left by a bake, and AWS is still making it;"
                        + " run destroy again");
    }

    @Test
    void poll_imageOfABakeThatLives_staysAndIsLeftBehind() {
        imageLeft("available", "snap-1");
        claimed("prod", NOW.plusSeconds(3600));

        TeardownStep step = poll(Life.LIVES);

        assertThat(account.calls).isEmpty();
        assertThat(step.leftovers()).extracting(left -> left.resource().id()).containsExactly("ami-1");
    }

    /** Unlike a key pair's, its name says of nothing that Packer made it. */
    @Test
    void poll_untaggedImageThatNobodyClaims_isNobodysLookAlike() {
        imageLeft("available", "snap-1");

        TeardownStep step = poll(Life.DEAD);

        assertThat(account.calls).isEmpty();
        assertThat(step.kept()).isEmpty();
        assertThat(step.isClean()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Life.class,
            names = {"LIVES", "UNKNOWN"})
    void poll_whatABakeMayStillNeed_staysAndIsLeftBehind(Life life) {
        left();
        claimed("prod", NOW.plusSeconds(3600));

        TeardownStep step = poll(life);

        assertThat(account.calls).isEmpty();
        assertThat(step.over()).isTrue();
        assertThat(step.isClean()).isFalse();
        assertThat(step.leftovers())
                .extracting(Leftover::text)
                .contains(
                        "security group sg-1 (" + GROUP + "): bake cli-ann-1 (process 4711 on host) may still need it;"
                                + " stop that bake, or run destroy again after 2026-11-23T13:00:00Z");
    }

    /** Of another host nothing can be found out: its claim ends by itself. */
    @Test
    void poll_whatABakeClaimedTooLongAgo_goes() {
        left();
        claimed("prod", NOW.minusSeconds(1));

        poll(Life.UNKNOWN);

        assertThat(account.calls).hasSize(2);
    }

    @Test
    void poll_whatNobodyClaims_staysAndIsNamedWithItsTime() {
        left();

        TeardownStep step = poll(Life.DEAD);

        assertThat(account.calls).isEmpty();
        assertThat(step.isClean()).isTrue();
        assertThat(step.kept())
                .extracting(Kept::text)
                .containsExactly(
                        "keeps key pair " + KEY_PAIR
                                + ": named as Packer names what it makes for a bake, and no bake of web claims it",
                        "keeps security group sg-1 (" + GROUP
                                + "): named as Packer names what it makes for a bake at 2026-11-23T11:50:33Z, and no bake"
                                + " of web claims it");
    }

    @ParameterizedTest
    @CsvSource({"LIVES", "UNKNOWN", "DEAD"})
    void poll_whatIsOfAnotherEnvironmentThatHasABake_stays(Life life) {
        left();
        claimed("test", NOW.plusSeconds(3600));

        TeardownStep step = poll(life);

        assertThat(account.calls).isEmpty();
        assertThat(step.isClean()).isTrue();
        assertThat(store.list("web/bakes/")).hasSize(2);
    }

    @Test
    void poll_claimThatCannotBeRead_makesTheProofIncomplete() {
        left();
        store.write("web/bakes/prod.x/y.json", "{}");

        TeardownStep step = poll(Life.DEAD);

        assertThat(account.calls).isEmpty();
        assertThat(step.isClean()).isFalse();
        assertThat(step.unread()).first().asString().contains("web/bakes/prod.x/y.json", "delete the object");
    }

    @Test
    void release_endsTheClaimsOfThatBakeOnly() {
        claimed("prod", NOW);
        claims.claim(
                new Temporary(Temporary.Kind.KEY_PAIR, "packer_other"),
                "prod",
                new Owner("cli-bob-2", "", "host", "boot", 1, "1"),
                NOW);

        claims.release("prod", "cli-ann-1");

        assertThat(store.list("web/bakes/")).containsExactly("web/bakes/prod.cli-bob-2/packer_other.json");
    }
}
