package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore.Stored;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader.Standing;
import io.jenkins.plugins.amideploy.engine.teardown.TakeUp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What stands of the session's stack and its state does not know. {@link Stack} asks while Terraform plans, so that it costs no time, and {@link Removal} before anything
 * goes. The state is read itself: a start of Terraform costs as much as a plan.
 */
final class Unowned {
    private final Session session;
    private final Backend backend;

    Unowned(Session session, Backend backend) {
        this.session = session;
        this.backend = backend;
    }

    /** Address to id of what is to be taken up; begun now, told of when it is asked for. */
    Ahead<TakeUp> takeUp() {
        return Ahead.ask(() -> {
            // What is made meanwhile by another run is in its state by then, and Terraform imports nothing that it has.
            Standing standing =
                    session.cloud().standingReader().find(session.variables().app());
            standing.unread().forEach(line -> session.console()
                    .detail("plan: not looked at, whether it stands and the state does not know it: " + line));
            return TakeUp.of(standing, session.variables().app(), state());
        });
    }

    /** The same for the plan, said to people. */
    Map<String, String> told(TakeUp takeUp) {
        if (!takeUp.ids().isEmpty()) {
            session.console()
                    .warn("plan: the state does not know " + takeUp.ids().size()
                            + " parts of the stack that stand, since an apply was cut off or the state was lost; taking"
                            + " them up: "
                            + takeUp.ids().keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        takeUp.beside().forEach(resource -> session.console().warn("plan: " + beside(resource)));
        return takeUp.ids();
    }

    private static String beside(Resource resource) {
        return resource.text()
                + " has the stack's tags and no place in it: an apply that was cut off left it, and destroy removes it";
    }

    /** What the state knows. @throws CommandFailure when it cannot be read */
    KnownResources state() {
        if (backend instanceof Backend.Local local) {
            return known(local.path(), text(Path.of(local.path())));
        }
        Backend.S3 s3 = (Backend.S3) backend;
        String text = session.cloud()
                .objects(s3.bucket())
                .read(s3.key())
                .map(Stored::text)
                .orElse("");
        return known("s3://" + s3.bucket() + "/" + s3.key(), text);
    }

    private KnownResources known(String name, String text) {
        return Records.readable(() -> KnownResources.of(name, text, session.json()));
    }

    private static String text(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw CommandFailure.badInput(file + " cannot be read: " + e.getMessage());
        }
    }
}
