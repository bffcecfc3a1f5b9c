package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.process.ToolEnvironment;
import io.jenkins.plugins.amideploy.cli.process.ToolLog;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.OutsideVariables;
import io.jenkins.plugins.amideploy.engine.ShapeVariables;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Denials;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import io.jenkins.plugins.amideploy.engine.locks.TerraformProcesses;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.tool.ToolRunner;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** One command on one environment: its variables, its directories, and the means to run tools and to reach AWS. */
final class Session implements AutoCloseable {
    private final Surroundings surroundings;
    private final EnvironmentOptions options;
    private final String runId = UUID.randomUUID().toString();
    private final Path directory;
    private final Path variablesFile;
    private final Variables variables;
    private ShapeVariables shape;
    private final ToolEnvironment toolEnvironment;
    private final ToolLog log;
    private final ToolRunner runner;
    private final JacksonParser json = new JacksonParser();
    private Cloud cloud;
    private AccountReader.Identity identity;
    private Path recipes;
    private final Object bucketAsked = new Object();
    private String stateBucket;
    private Owner owner;

    private Session(Surroundings surroundings, EnvironmentOptions options) {
        this.surroundings = surroundings;
        this.options = options;
        this.directory = options.directory.toAbsolutePath().normalize();
        this.variablesFile = options.resolvedFile();
        this.variables = read();
        surroundings.console().show(options.verbosity(), variables.app().toString());
        Map<String, String> environment = new TreeMap<>(surroundings.environment());
        environment.put(TerraformProcesses.VARIABLE, runId);
        HandedLogin.to(environment, workDirectory(), surroundings.console());
        this.toolEnvironment = new ToolEnvironment(environment);
        this.log = new ToolLog(
                workDirectory().resolve("logs"),
                surroundings.console().startedAt(),
                toolEnvironment.secrets(),
                surroundings.console()::warn);
        if (options.verbosity() == Console.Verbosity.VERBOSE) {
            log.heardBy((tool, line) ->
                    ToolWords.of(line).ifPresent(said -> surroundings.console().note(tool + ": " + said)));
        }
        this.runner = surroundings.tools().apply(toolEnvironment, log);
        toolEnvironment.overruled().forEach(surroundings.console()::warn);
    }

    /** @throws CommandFailure when the variables cannot be read */
    static Session open(Surroundings surroundings, EnvironmentOptions options) {
        return new Session(surroundings, options);
    }

    /** @throws CommandFailure when the variables file gives a name that nothing heeds */
    void requireKnownVariables() {
        try {
            String text = Files.readString(variablesFile, StandardCharsets.UTF_8);
            Recipes.declaredIn(recipes())
                    .refusal(variablesName(), text)
                    .or(() -> OutsideVariables.refusal(
                            variablesName(), text, surroundings.environment().keySet()))
                    .ifPresent(why -> {
                        throw CommandFailure.badInput(why);
                    });
        } catch (IOException e) {
            throw CommandFailure.badInput(variablesName() + " cannot be read: " + e.getMessage());
        }
    }

    private Variables read() {
        String name = variablesName();
        if (!Files.isRegularFile(variablesFile)) {
            throw CommandFailure.badInput(name + " does not exist in " + directory
                    + ": copy environments/example.pkrvars.hcl to it, or name another environment");
        }
        try {
            String text = Files.readString(variablesFile, StandardCharsets.UTF_8);
            Variables read = Variables.parse(name, text);
            shape = ShapeVariables.parse(name, text);
            String environment = read.app().environment();
            if (options.environment != null && !options.environment.equals(environment)) {
                throw CommandFailure.badInput(name + ": environment is \"" + environment + "\", but \""
                        + options.environment + "\" was asked for: they must be the same");
            }
            return read;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.badInput(e.getMessage());
        } catch (CharacterCodingException e) {
            throw CommandFailure.badInput(name + " is not UTF-8: save it as UTF-8");
        } catch (IOException e) {
            throw CommandFailure.badInput(name + " cannot be read: " + e.getMessage());
        }
    }

    /** The variables file for people: as it is below the working directory, else whole. */
    String variablesName() {
        return shown(variablesFile);
    }

    /** A file for people: as it is below the working directory, else whole. */
    String shown(Path file) {
        Path below = directory.relativize(file);
        return below.startsWith("..") ? file.toString() : below.toString();
    }

    Variables variables() {
        return variables;
    }

    /** What the variables file says about network and size. */
    ShapeVariables shape() {
        return shape;
    }

    Path directory() {
        return directory;
    }

    /** The recipes that tools run; found, and copied where they must be, at first use. */
    Path recipes() {
        if (recipes == null) {
            recipes = Recipes.of(options.recipes, directory, surroundings.environment())
                    .directory();
        }
        return recipes;
    }

    Path variablesFile() {
        return variablesFile;
    }

    /** Where everything that a run makes on this machine goes; it outlives the run. */
    Path workDirectory() {
        Path work = directory
                .resolve(".work")
                .resolve(variables.app().app())
                .resolve(variables.app().environment());
        try {
            return Files.createDirectories(work);
        } catch (IOException e) {
            throw CommandFailure.badInput(work + " cannot be made: " + e.getMessage());
        }
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Console console() {
        return surroundings.console();
    }

    Interrupts interrupts() {
        return surroundings.interrupts();
    }

    JacksonParser json() {
        return json;
    }

    ToolEnvironment toolEnvironment() {
        return toolEnvironment;
    }

    ToolLog log() {
        return log;
    }

    ToolLoop loop() {
        return new ToolLoop(
                runner,
                console(),
                interrupts(),
                surroundings.clock(),
                text -> Denials.plainly(text, encoded -> cloud().account().decoded(encoded)));
    }

    /** @throws CommandFailure naming the first program that is not on the PATH */
    void requirePrograms(String... programs) {
        for (String program : programs) {
            if (toolEnvironment.find(program).isEmpty()) {
                throw CommandFailure.of(
                        Outcome.Kind.TOOL_MISSING,
                        Diagnosis.of(
                                Cause.TOOL_MISSING,
                                program + " not found on PATH",
                                List.of(),
                                "install " + program + " or run make tools"));
            }
        }
    }

    /** What is to be released and by whom. */
    Asked asked(ReleaseOptions releaseOptions) {
        return Asked.of(releaseOptions, console().startedAt(), surroundings.environment());
    }

    /** Id of this run, which its tools have in their environment: they may outlive it. */
    String runId() {
        return runId;
    }

    /** This process to other runs. */
    synchronized Owner owner() {
        if (owner == null) {
            owner = new ProcessProbe().owner(asked(new ReleaseOptions()).build());
        }
        return owner;
    }

    /** From now on others are told of this process under its build. */
    synchronized void isOf(Owner build) {
        owner = build;
    }

    /** AWS in the environment's region; opened at first use, which may be on another thread than the command's. */
    synchronized Cloud cloud() {
        if (cloud == null) {
            cloud = opened();
        }
        return cloud;
    }

    private Cloud opened() {
        Cloud opened = surroundings.cloud().apply(variables.region());
        try {
            if (variables.accountId().isPresent()) {
                identity = opened.account().identity();
                variables
                        .otherAccount(variablesName(), identity.account(), identity.arn())
                        .ifPresent(why -> {
                            throw CommandFailure.of(Outcome.Kind.BAD_INPUT, why);
                        });
            }
            return opened;
        } catch (RuntimeException refused) {
            opened.close();
            throw refused;
        }
    }

    /** Who the command is to AWS; asked for once. */
    synchronized AccountReader.Identity identity() {
        AccountReader account = cloud().account();
        if (identity == null) {
            identity = account.identity();
        }
        return identity;
    }

    /** Where things are changed, as a person is to read it before agreeing. */
    String place() {
        return "account " + identity().account() + ", region " + variables.region();
    }

    /** Name of the bucket of states and records; asked for once, which may be on another thread than the command's. */
    String stateBucket() {
        synchronized (bucketAsked) {
            if (stateBucket == null) {
                stateBucket = variables.stateBucketIn(
                        variables.stateBucket().isPresent() ? "" : identity().account());
            }
            return stateBucket;
        }
    }

    /** URL of the endpoint at which the bucket of states is; empty for AWS's own. */
    String stateEndpoint() {
        Map<String, String> environment = surroundings.environment();
        return environment.getOrDefault("AWS_ENDPOINT_URL_S3", environment.getOrDefault("AWS_ENDPOINT_URL", ""));
    }

    Instant now() {
        return surroundings.clock().instant();
    }

    /** The time as it is recorded, which people read. */
    Instant second() {
        return now().truncatedTo(ChronoUnit.SECONDS);
    }

    /** The result: one document for machines, or lines for people. */
    void result(Object document, String... lines) {
        if (options.json) {
            console().result(json.write(document));
        } else {
            for (String line : lines) {
                console().result(line);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (cloud != null) {
            cloud.close();
        }
    }
}
