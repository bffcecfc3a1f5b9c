package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.Records.Holder;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader.Listener;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Shape;
import io.jenkins.plugins.amideploy.engine.release.StatusReport;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy status}: what an environment runs and how it is; changes nothing. */
@Command(
        name = "status",
        description = "Show what an environment runs, since when, how it is, and what differs from its record.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    private final Surroundings surroundings;

    StatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            int maxAge = new Application(session.directory()).imageSettings().baseMaxAgeDays();
            Ahead<GroupSnapshot> seen = Ahead.ask(() ->
                    session.cloud().groupReader().read(session.variables().app().stackName()));
            Records records = new Records(session);
            History history = records.history();
            Holder holder = records.holder();
            GroupSnapshot group = seen.get();
            StatusReport report = new StatusReport(
                    session.variables().app(),
                    history,
                    holder.run(),
                    holder.life(),
                    group,
                    listeners(session, history, group),
                    OptionalInt.of(maxAge),
                    session.now());
            session.result(report.tree(), report.lines().toArray(String[]::new));
            return ExitCode.OK.code();
        }
    }

    private static List<Listener> listeners(Session session, History history, GroupSnapshot group) {
        Optional<Shape> recorded = history.current().flatMap(current -> Shape.of(current.facts()));
        List<String> targetGroups = Shape.targetGroups(group, recorded);
        return !group.exists() || targetGroups.isEmpty()
                ? List.of()
                : session.cloud().balancerReader().listeners(targetGroups);
    }
}
