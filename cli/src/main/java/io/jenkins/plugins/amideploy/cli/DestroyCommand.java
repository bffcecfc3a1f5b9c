package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AppId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy destroy}: removes the stack and the images that no other environment needs, then proves by tag that nothing else is left. */
@Command(
        name = "destroy",
        description =
                "Remove the stack and the images that no other environment needs, then prove by tag that nothing else is left.")
final class DestroyCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private StackOptions stackOptions;

    @Mixin
    private TakeOverOption takeOver;

    private final Surroundings surroundings;

    DestroyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            session.requirePrograms("terraform");
            Removal.Result end = remove(session);
            List<String> left = end.left();
            end.kept().forEach(kept -> session.console().note("destroy: " + kept));
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("found", end.found());
            document.put("left_behind", left.size());
            document.put("leftovers", left);
            document.put("kept", end.kept());
            if (!end.found() && left.isEmpty()) {
                return nothing(session, document);
            }
            return LeftBehind.end(session, document, left.size() + " left behind", left);
        }
    }

    /** "0 left behind" would be true, and hide that it was looked for in the wrong place. */
    private static int nothing(Session session, Map<String, Object> document) {
        AppId app = session.variables().app();
        session.console()
                .warn("if it was deployed elsewhere, use that account's credentials and region; account_id in "
                        + session.variablesName() + " refuses others");
        session.result(
                document,
                "nothing found: neither a state nor resources of " + app.app() + " in " + app.environment() + " are in "
                        + session.place());
        return ExitCode.NOTHING_FOUND.code();
    }

    private Removal.Result remove(Session session) {
        String build = session.asked(new ReleaseOptions()).build();
        try (HeldEnvironment held = HeldEnvironment.take(session, build, stackOptions, takeOver)) {
            return new Removal(session, stackOptions).remove();
        }
    }
}
