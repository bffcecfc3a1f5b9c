package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.stack.ErroredState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ami-deploy push-state}: writes the state that an apply could not write. */
@Command(
        name = "push-state",
        description =
                "Write the state that an apply could not write, unless the one that is there is newer or another stack's.")
final class PushStateCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private StackOptions stackOptions;

    @Mixin
    private TakeOverOption takeOver;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "State to write; default: the errored.tfstate that the environment's last apply left.")
    private Path file;

    private final Surroundings surroundings;

    PushStateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            session.requirePrograms("terraform");
            Stack stack = Stack.there(session, stackOptions);
            Path from = file == null ? stack.keptState() : file.toAbsolutePath().normalize();
            ErroredState state = read(session, from);
            String build = session.asked(new ReleaseOptions()).build();
            try (HeldEnvironment held = HeldEnvironment.take(session, build, stackOptions, takeOver)) {
                state.refusal(stack.state(), session.json()).ifPresent(why -> {
                    throw CommandFailure.of(Outcome.Kind.BAD_INPUT, why);
                });
                stack.push(state, from);
            }
            remove(session, stack.keptState(), state);
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("lineage", state.lineage());
            document.put("serial", state.serial());
            document.put("resources", state.resources());
            session.result(
                    document,
                    "wrote the state of " + session.variables().app().environment() + ": serial " + state.serial()
                            + ", " + state.resources() + " resources");
            return ExitCode.OK.code();
        }
    }

    private ErroredState read(Session session, Path from) {
        if (!Files.isRegularFile(from)) {
            throw CommandFailure.badInput(
                    file == null
                            ? "no state of " + session.variables().app().environment() + " waits to be written: "
                                    + session.shown(from) + " is not there"
                            : session.shown(from) + " is not there",
                    "name the file, which a build of Jenkins archives, with --file",
                    "");
        }
        try {
            return ErroredState.of(
                    session.shown(from),
                    Files.readString(from, StandardCharsets.UTF_8),
                    session.variables().app(),
                    session.json());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.badInput(e.getMessage());
        } catch (IOException e) {
            throw CommandFailure.badInput(session.shown(from) + " cannot be read: " + e.getMessage());
        }
    }

    /** What was written waits no longer, also where a copy of it was given. */
    private static void remove(Session session, Path kept, ErroredState written) {
        try {
            if (Files.isRegularFile(kept)
                    && written.isSameAs(Files.readString(kept, StandardCharsets.UTF_8), session.json())) {
                Files.delete(kept);
            }
        } catch (IOException e) {
            session.console().warn(session.shown(kept) + " could not be deleted: delete it: " + e.getMessage());
        }
    }
}
