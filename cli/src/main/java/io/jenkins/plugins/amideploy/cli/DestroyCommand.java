package io.jenkins.plugins.amideploy.cli;

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
            document.put("left_behind", left.size());
            document.put("leftovers", left);
            document.put("kept", end.kept());
            return LeftBehind.end(session, document, left.size() + " left behind", left);
        }
    }

    private Removal.Result remove(Session session) {
        String build = session.asked(new ReleaseOptions()).build();
        try (HeldEnvironment held = HeldEnvironment.take(session, build, stackOptions, takeOver)) {
            return new Removal(session, stackOptions).remove();
        }
    }
}
