package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.release.History;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ami-deploy prune}: removes the images that no environment of the application runs, can go back to or is about to deploy. */
@Command(
        name = "prune",
        description =
                "Remove the application's images that no environment runs, can go back to or is about to deploy,"
                        + " with their snapshots. Any environment of the application names it, its region and its state bucket.")
final class PruneCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "How many different images of its newest proven releases each environment can go back to."
                    + " Default: " + History.DEFAULT_KEPT + ".")
    private int keep = History.DEFAULT_KEPT;

    @Option(names = "--dry-run", description = "Only show what would go and what would stay, and for whom.")
    private boolean dryRun;

    @Option(names = "--auto-approve", description = "Do not ask before images are removed.")
    private boolean autoApprove;

    private final Surroundings surroundings;

    PruneCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (keep < 1) {
            throw CommandFailure.badInput(
                    "--keep is " + keep + ": it must be at least 1, the image that an environment was last proven on");
        }
        try (Session session = Session.open(surroundings, environment)) {
            Pruning pruning = new Pruning(session, keep);
            Pruning.Result end = dryRun ? pruning.show() : pruning.remove(new Approval(session, autoApprove));
            return LeftBehind.end(session, end.document(), end.text(), end.left());
        }
    }
}
