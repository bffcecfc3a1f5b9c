package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the state does not know goes before Terraform begins, in an order in which it can, and nothing else does. */
class OrphanPollTest {
    private static final AppId APP = new AppId("web", "prod");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    private final Account account = new Account();

    private static Resource part(Kind kind, String id, String state, String... more) {
        Map<String, String> tags = new HashMap<>(Account.OURS);
        for (int at = 0; at < more.length; at += 2) {
            tags.put(more[at], more[at + 1]);
        }
        return new Resource(kind, id, "", state, tags, List.of());
    }

    private OrphanPoll poll(String... known) {
        return new OrphanPoll(account, account, new KnownResources(Set.of(), Set.of(known)), APP, DEADLINE);
    }

    private static AwsFailure failure(AwsFailure.Kind kind, String message) {
        return new AwsFailure(kind, "ec2:Call", "Code", message, null);
    }

    private static TeardownState begun() {
        return TeardownState.begin(NOW);
    }

    @Test
    void poll_groupWithItsInstancesThatNoStateKnows_goesFirstAndIsWaitedFor() {
        account.add(part(Kind.SECURITY_GROUP, "sg-1", ""));
        account.add(part(Kind.TARGET_GROUP, "arn:tg", ""));
        account.add(part(Kind.INSTANCE, "i-1", "running", "aws:autoscaling:groupName", "web-prod"));
        account.add(part(Kind.GROUP, "web-prod", ""));
        account.refusals.put("sg-1", failure(AwsFailure.Kind.REFUSED, "in use"));

        OrphanPoll.Step first = poll().poll(begun(), NOW);

        assertThat(account.calls)
                .containsExactly("group web-prod", "terminate i-1", "target group arn:tg", "security group sg-1");
        assertThat(first.over()).isFalse();
        assertThat(first.left()).extracting(left -> left.resource().id()).containsExactly("web-prod", "i-1");

        account.refusals.clear();
        OrphanPoll.Step second = poll().poll(first.state(), NOW.plusSeconds(5));
        assertThat(second.over()).isTrue();
        assertThat(second.left()).isEmpty();
        assertThat(account.resources).isEmpty();
    }

    @Test
    void poll_instanceThatIsGoing_isWaitedFor() {
        account.add(part(Kind.INSTANCE, "i-1", "shutting-down"));

        OrphanPoll.Step step = poll().poll(begun(), NOW);

        assertThat(account.calls).isEmpty();
        assertThat(step.over()).isFalse();
    }

    @Test
    void poll_whatTheStateKnows_stays() {
        account.add(part(Kind.GROUP, "web-prod", ""));
        account.add(part(Kind.INSTANCE, "i-1", "running", "aws:autoscaling:groupName", "web-prod"));
        account.add(part(Kind.LOAD_BALANCER, "arn:lb", "active"));

        OrphanPoll.Step step = poll("web-prod", "arn:lb").poll(begun(), NOW);

        assertThat(account.calls).isEmpty();
        assertThat(step.over()).isTrue();
        assertThat(poll("web-prod", "arn:lb").orphans()).isEmpty();
    }

    @Test
    void poll_whatIsNoPartOfTheStack_stays() {
        account.add(part(Kind.INSTANCE, "i-bake", "running", Tags.TEMPORARY, "true"));
        account.add(part(Kind.VOLUME, "vol-1", "in-use"));
        account.add(part(Kind.IMAGE, "ami-1", "available"));
        account.add(new Resource(
                Kind.GROUP, "web-test", "", "", Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "test"), List.of()));

        assertThat(poll().poll(begun(), NOW).over()).isTrue();
        assertThat(account.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ACCESS_DENIED, 5, true", // waiting does not help
        "REFUSED, 5, false", // what it hangs on may go
        "REFUSED, 600, true", // time is up
    })
    void poll_groupThatAwsKeeps_isOverWhenWaitingDoesNotHelp(AwsFailure.Kind kind, int seconds, boolean over) {
        account.add(part(Kind.GROUP, "web-prod", ""));
        account.refusals.put("web-prod", failure(kind, "AWS says no"));

        OrphanPoll.Step step = poll().poll(begun(), NOW.plusSeconds(seconds));

        assertThat(step.over()).isEqualTo(over);
        assertThat(step.left()).hasSize(1).first().satisfies(left -> assertThat(left.text())
                .contains("Auto Scaling group web-prod", "AWS says no"));
    }

    @Test
    void poll_awsThatDoesNotAnswer_isAskedAgainUntilTheDeadline() {
        account.down = failure(AwsFailure.Kind.THROTTLED, "slow down");

        assertThat(poll().poll(begun(), NOW).over()).isFalse();
        assertThatThrownBy(() -> poll().poll(begun(), NOW.plus(DEADLINE))).isInstanceOf(AwsFailure.class);
    }
}
