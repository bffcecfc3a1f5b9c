package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AppId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ami-deploy init}: writes into an application's repository what it needs to be deployed, and overwrites nothing. */
@Command(
        name = "init",
        description =
                "Write what a repository needs to be deployed: an environment's variables file with a network that was"
                        + " looked at, a Jenkinsfile, lines of .gitignore. What flags do not say is asked at a terminal.")
final class InitCommand implements Callable<Integer> {
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]+");

    @Option(
            names = "--app",
            paramLabel = "NAME",
            description = "Name of the application: 2 to 21 lower-case letters, digits, hyphens.")
    private String app;

    @Option(
            names = {"-e", "--environment"},
            paramLabel = "NAME",
            description = "Environment to write the file of. Default: production.")
    private String environment;

    @Option(names = "--region", paramLabel = "REGION", description = "Region. Default: AWS_REGION.")
    private String region;

    @Option(names = "--vpc-id", paramLabel = "VPC", description = "VPC. Default: the region's default VPC.")
    private String vpcId;

    @Option(
            names = "--subnet-ids",
            paramLabel = "SUBNET",
            split = ",",
            description = "Public subnets, in at least two zones, separated by commas. Default: those of the VPC.")
    private List<String> subnetIds = List.of();

    @Option(
            names = "--credentials-id",
            paramLabel = "ID",
            description = "Id of the AWS credentials in Jenkins. Default: aws-deploy.")
    private String credentialsId = "aws-deploy";

    @Option(
            names = {"-C", "--directory"},
            paramLabel = "DIR",
            description = "The application's repository. Default: the current directory.")
    private Path directory = Path.of("");

    @Option(names = Main.JSON, description = "Print the result as one JSON document on standard output.")
    private boolean json;

    private final Surroundings surroundings;

    InitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Path root = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(root)) {
            throw CommandFailure.badInput(root + " is no directory: make it, with the application's files");
        }
        NewFiles files = new NewFiles(root);
        AppId id = id(root);
        files.refuseEnvironment(id.environment());
        String where = said(region, "region", "--region", defaultRegion());
        if (!REGION.matcher(where).matches()) {
            throw CommandFailure.badInput("region " + where + " is no region's code, such as eu-central-1");
        }
        try (Cloud cloud = surroundings.cloud().apply(where)) {
            surroundings.console().note("account " + cloud.account().identity().account() + ", region " + where);
            Network network = Network.choose(cloud.account(), surroundings.console(), where, vpcId, subnetIds);
            List<String> made = files.write(id, where, network, credentialsId);
            result(id, where, network, made);
        }
        return ExitCode.OK.code();
    }

    /** @throws CommandFailure when the names cannot be those of resources */
    private AppId id(Path root) {
        String name = said(app, "name of the application", "--app", usable(root));
        String of = said(environment, "environment", "--environment", Optional.of("production"));
        try {
            return new AppId(name, of);
        } catch (IllegalArgumentException bad) {
            throw CommandFailure.badInput(bad.getMessage());
        }
    }

    /** A name for the application as the directory is called, where it can be one. */
    private static Optional<String> usable(Path root) {
        String name = String.valueOf(root.getFileName())
                .toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^[^a-z]+|-+$", "");
        return AppId.NAME.matcher(name).matches() ? Optional.of(name) : Optional.empty();
    }

    private Optional<String> defaultRegion() {
        Map<String, String> variables = surroundings.environment();
        return Optional.ofNullable(variables.getOrDefault("AWS_REGION", variables.get("AWS_DEFAULT_REGION")))
                .filter(name -> !name.isEmpty());
    }

    /** What the flag says, else what a person answers, else the default; at a terminal the default is offered. */
    private String said(String flag, String what, String option, Optional<String> otherwise) {
        if (flag != null) {
            return flag;
        }
        String offered = otherwise.map(value -> " [" + value + "]").orElse("");
        return surroundings
                .console()
                .ask(what + "?" + offered)
                .map(String::strip)
                .filter(answer -> !answer.isEmpty())
                .or(() -> otherwise)
                .orElseThrow(() -> CommandFailure.badInput("no " + what + ": give it with " + option));
    }

    private void result(AppId id, String where, Network network, List<String> made) {
        if (json) {
            Map<String, Object> document = new TreeMap<>();
            document.put("app", id.app());
            document.put("environment", id.environment());
            document.put("region", where);
            document.put("vpc_id", network.vpcId());
            document.put("subnet_ids", network.subnetIds());
            document.put("files", made);
            surroundings.console().result(new JacksonParser().write(document));
            return;
        }
        made.forEach(surroundings.console()::result);
        surroundings
                .console()
                .note("next: look at what was written, then ami-deploy doctor -e " + id.environment()
                        + ", then ami-deploy deploy -e " + id.environment());
    }
}
