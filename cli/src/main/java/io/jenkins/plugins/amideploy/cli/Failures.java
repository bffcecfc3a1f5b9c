package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** How a command ends that does not succeed: lines for people, with {@code --json} a document for machines, an exit code. For the command line's start. */
final class Failures {
    private final Surroundings surroundings;

    Failures(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The caller's options cannot be understood. */
    int wrongOption(ParameterException exception, String[] given) {
        String command = exception.getCommandLine().getCommandSpec().qualifiedName();
        Diagnosis why = Diagnosis.of(Cause.BAD_INPUT, exception.getMessage().replaceFirst("^Error: ", ""))
                .withCure("see what there is:", command + " --help");
        return end(List.of(given).contains(Main.JSON), why, ExitCode.BAD_INPUT);
    }

    /** The command ended by an exception; @throws Exception where nobody thought of it */
    int failed(Exception exception, CommandLine failed, ParseResult result) throws Exception {
        boolean json = result.hasSubcommand() && result.subcommand().hasMatchedOption(Main.JSON);
        if (exception instanceof CommandFailure failure) {
            return end(json, failure.why(), failure.exitCode());
        }
        if (exception instanceof AwsFailure failure) {
            return end(json, failure.diagnosis().withEvidence(endpoint(failure)), ExitCode.of(kind(failure)));
        }
        surroundings.console().leave();
        if (json) {
            result(Failure.of("unexpected: " + exception), ExitCode.FAILED);
        }
        throw exception;
    }

    private int end(boolean json, Diagnosis why, ExitCode code) {
        surroundings.console().error(why);
        if (json) {
            result(Failure.of(why), code);
        }
        return code.code();
    }

    private void result(Failure why, ExitCode code) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("failure", why.tree());
        document.put("exit_code", code.code());
        surroundings.console().result(new JacksonParser().write(document));
    }

    /** Which endpoint it is that does not answer, where the caller named one. */
    private List<String> endpoint(AwsFailure failure) {
        String endpoint = surroundings.environment().getOrDefault("AWS_ENDPOINT_URL", "");
        return failure.kind() == AwsFailure.Kind.NO_ANSWER && !endpoint.isEmpty()
                ? List.of("AWS_ENDPOINT_URL is " + endpoint)
                : List.of();
    }

    private static Outcome.Kind kind(AwsFailure failure) {
        return switch (failure.kind()) {
            case NO_CREDENTIALS, EXPIRED_CREDENTIALS, BAD_CREDENTIALS -> Outcome.Kind.BAD_INPUT;
            default -> Outcome.Kind.FAILED;
        };
    }
}
