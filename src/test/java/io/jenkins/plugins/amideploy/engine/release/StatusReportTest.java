package io.jenkins.plugins.amideploy.engine.release;

import static io.jenkins.plugins.amideploy.engine.release.Groups.HTTP;
import static io.jenkins.plugins.amideploy.engine.release.Records.DEMO;
import static io.jenkins.plugins.amideploy.engine.release.Records.START;
import static io.jenkins.plugins.amideploy.engine.release.Records.begin;
import static io.jenkins.plugins.amideploy.engine.release.Records.ended;
import static io.jenkins.plugins.amideploy.engine.release.Records.history;
import static io.jenkins.plugins.amideploy.engine.release.Records.minute;
import static io.jenkins.plugins.amideploy.engine.release.Records.open;
import static io.jenkins.plugins.amideploy.engine.release.Records.process;
import static io.jenkins.plugins.amideploy.engine.release.Records.rollback;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.InstanceState;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StatusReportTest {
    private static final Instant NOW = minute(120);
    private final Groups group = new Groups();

    private static Facts facts() {
        return Facts.none()
                .with(Name.IMAGE_ID, "ami-7")
                .with(Name.COMMIT, "abc123")
                .with(Name.APP_VERSION, "1.4")
                .with(Name.URL, "http://web-demo.example/")
                .with(Name.LAUNCH_TEMPLATE_ID, "lt-1")
                .with(Name.LAUNCH_TEMPLATE_VERSION, "7")
                .with(Name.BASE_IMAGE_ID, "ami-base")
                .with(Name.BASE_BAKED_AT, START.minusSeconds(10 * 86400L).toString())
                .with(
                        Name.SHAPE,
                        Shape.of(new Groups().snapshot(), List.of(HTTP)).tree());
    }

    private static Release running() {
        return ended(begin(3), Result.HEALTHY, facts());
    }

    private StatusReport report(History history, Run run, Life life) {
        return new StatusReport(
                DEMO,
                history,
                Optional.ofNullable(run),
                life,
                group.snapshot(),
                List.of(HTTP),
                OptionalInt.of(30),
                NOW);
    }

    private StatusReport report(Release... releases) {
        return report(history(releases), null, Life.UNKNOWN);
    }

    @Test
    void lines_allAsItWasProven_sayWhatRunsSinceWhenAndByWhom() {
        assertThat(report(running()).lines())
                .containsExactly(
                        "web-demo runs release 3: image ami-7, commit abc123, version 1.4, http://web-demo.example/",
                        "proven healthy at 2026-11-26T10:03:30Z, 1 h ago, by cli-3",
                        "1 of 1 instances are healthy on lt-1 version 7",
                        "base layer ami-base is 10 days old, baked at 2026-11-16T10:00:00Z");
    }

    @Test
    void lines_rollback_nameTheReleaseThatItWentBackTo() {
        assertThat(report(running(), ended(rollback(4, 2), Result.HEALTHY, facts()))
                        .lines()
                        .get(0))
                .startsWith("web-demo runs release 4, a rollback of demo 2: image ami-7");
    }

    @Test
    void lines_groupIsMissing_sayThatThereIsNoStack() {
        StatusReport report = new StatusReport(
                DEMO,
                history(),
                Optional.empty(),
                Life.UNKNOWN,
                GroupSnapshot.missing("web-demo"),
                List.of(),
                OptionalInt.empty(),
                NOW);
        assertThat(report.lines())
                .containsExactly(
                        "web-demo has no release that was proven healthy",
                        "ASG web-demo is not there: web-demo has no stack; ami-deploy deploy -e demo makes one");
    }

    /** What runs is known from the group alone where a stack was deployed without records. */
    @Test
    void lines_withoutARecord_countOnTheVersionOfTheGroup() {
        assertThat(report().lines())
                .containsExactly(
                        "web-demo has no release that was proven healthy",
                        "1 of 1 instances are healthy on lt-1 version 7");
    }

    @Test
    void lines_unhealthyOrOtherVersion_areNotCountedAndNamed() {
        group.desired = 2;
        group.instances.add(
                new InstanceState("i-0b", "Pending", "Healthy", new TemplateVersion("lt-1", "6"), "eu-west-1a", false));
        assertThat(report(running()).lines())
                .contains(
                        "1 of 2 instances are healthy on lt-1 version 7",
                        "i-0b runs version 6, wanted 7",
                        "i-0b is Pending",
                        "drift: desired_capacity: 2 now, 1 in the record");
        group.targets.set(0, Groups.targets(Groups.TARGETS, "unhealthy"));
        assertThat(report(running()).lines())
                .contains("0 of 2 instances are healthy on lt-1 version 7", "i-0a unhealthy in target group web-demo");
    }

    @Test
    void lines_aRunHasTheEnvironment_sayWhoAndHowItIs() {
        Run run = new Run(process("cli-ann"), 4, minute(100), minute(119));
        History history = history(running(), open(4));
        assertThat(report(history, run, Life.LIVES).lines())
                .contains("cli-ann (process 4711 on host) works on it since 2026-11-26T11:40:00Z, release 4")
                .noneMatch(line -> line.contains("crashed"));
        assertThat(report(history, run, Life.UNKNOWN).lines())
                .contains(
                        "cli-ann (process 4711 on host) works on it since 2026-11-26T11:40:00Z, release 4;"
                                + " it last said so at 2026-11-26T11:59:00Z, and whether it lives cannot be found out from here");
        assertThat(report(history, run, Life.DEAD).lines())
                .contains("cli-ann (process 4711 on host) had it since 2026-11-26T11:40:00Z, release 4 and is dead:"
                        + " the next run takes it over")
                .anyMatch(line -> line.startsWith("release 4 by cli-4 crashed: it began at 2026-11-26T10:04:00Z"));
    }

    /** Between the beginning of a release and the next beat the claim does not name it yet. */
    @Test
    void lines_releaseJustBegun_isNotTakenForCrashed() {
        Run run = new Run(process("cli-4"), 0, minute(4), minute(4));
        assertThat(report(history(running(), open(4)), run, Life.LIVES).lines())
                .noneMatch(line -> line.contains("crashed"));
    }

    @Test
    void lines_failedSince_sayWhyAndThatTheReleaseBeforeRuns() {
        assertThat(report(
                                running(),
                                ended(begin(4), Result.FAILED, Facts.none()),
                                ended(begin(5), Result.UNCHANGED, Facts.none()))
                        .lines())
                .containsSequence("release 4 by cli-4 ended failed at 2026-11-26T10:04:30Z", "  no luck")
                .noneMatch(line -> line.contains("release 5"));
    }

    @Test
    void warnings_baseLayerIsOlderThanItMayBe_nameTheCure() {
        StatusReport old = new StatusReport(
                DEMO,
                history(running()),
                Optional.empty(),
                Life.UNKNOWN,
                group.snapshot(),
                List.of(HTTP),
                OptionalInt.of(10),
                NOW);
        assertThat(old.warnings())
                .containsExactly("security updates are due: the base layer is 10 days old, and base_max_age_days is 10;"
                        + " bake anew with ami-deploy deploy -e demo --fresh");
        assertThat(old.lines()).containsAll(old.warnings());
        assertThat(report(running()).warnings()).isEmpty();
    }

    @Test
    void tree_hasAllOfIt_asJson() {
        group.desired = 2;
        Json tree = Records.json(report(
                        history(running(), ended(begin(4), Result.ABORTED, Facts.none()), open(5)),
                        new Run(process("cli-6"), 6, NOW, NOW),
                        Life.LIVES)
                .tree());
        assertThat(tree.get("release").get("number").number()).isEqualTo(3);
        assertThat(tree.get("release").get("end").get("image_id").text()).isEqualTo("ami-7");
        assertThat(tree.get("healthy_since").text()).isEqualTo("2026-11-26T10:03:30Z");
        assertThat(tree.get("group").get("healthy").number()).isEqualTo(1);
        assertThat(tree.get("group").get("desired").number()).isEqualTo(2);
        assertThat(tree.get("run").get("life").text()).isEqualTo("lives");
        assertThat(tree.get("after").list())
                .extracting(each -> each.get("result").text())
                .containsExactly("crashed", "aborted");
        assertThat(tree.get("drift").list()).hasSize(1);
        assertThat(tree.get("base_layer").get("age_days").number()).isEqualTo(10);
        assertThat(tree.get("base_layer").get("updates_due").isTrue()).isFalse();
    }
}
