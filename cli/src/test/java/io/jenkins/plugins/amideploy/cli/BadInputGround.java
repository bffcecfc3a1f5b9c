package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.aws.AwsSettings;
import io.jenkins.plugins.amideploy.cli.process.ProcessToolRunner;
import io.jenkins.plugins.amideploy.engine.BadInput;
import io.jenkins.plugins.amideploy.engine.BadInput.Seen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Where {@link BadInputTest} gives inputs: for each a repository that could be deployed, but for what is wrong with it. Arguments {@code IMAGE} and
 * {@code STATE} stand for an image that there is and for the file {@code bad.tfstate}.
 */
final class BadInputGround implements AutoCloseable {
    private static final String ENVIRONMENT = "environments/demo.pkrvars.hcl";
    private static final long LIMIT_SECONDS = 60;

    /** A tool that no bad input may reach. */
    private static final String UNEXPECTED = "#!/bin/sh\necho \"$0 $*: a tool was run\" >&2\nexit 1\n";

    /** What a line must not have in it: the insides of the program. */
    private static final List<String> INSIDES =
            List.of("Exception", "java.", "\tat ", "Traceback", "unexpected:", "null:", "NumberFormat");

    private final Path repository;
    private final Path directory;
    private final Map<String, String> world;
    private final S3Client s3;
    private final String bucket;
    private final String image;
    private int given;

    BadInputGround(Path repository, Path directory, Map<String, String> world) {
        this.repository = repository;
        this.directory = directory;
        this.world = world;
        StaticCredentialsProvider onlooker =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("onlooker", "onlooker"));
        Region region = Region.of(world.get("AWS_REGION"));
        URI endpoint = URI.create(world.get("AWS_ENDPOINT_URL"));
        this.s3 = S3Client.builder()
                .credentialsProvider(onlooker)
                .region(region)
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .build();
        try (StsClient sts = StsClient.builder()
                .credentialsProvider(onlooker)
                .region(region)
                .endpointOverride(endpoint)
                .build()) {
            this.bucket = "ami-deploy-state-" + sts.getCallerIdentity().account() + "-" + region;
        }
        try (Ec2Client ec2 = Ec2Client.builder()
                .credentialsProvider(onlooker)
                .region(region)
                .endpointOverride(endpoint)
                .build()) {
            this.image = ec2.describeImages(request -> request.filters(Filter.builder()
                            .name("name")
                            .values("debian-12-amd64-*")
                            .build()))
                    .images()
                    .get(0)
                    .imageId();
        }
        s3.createBucket(request -> request.bucket(bucket));
        s3.putBucketVersioning(
                request -> request.bucket(bucket).versioningConfiguration(versioning -> versioning.status("Enabled")));
    }

    /** How a command ended. @param code -1 where it did not end in time, or by an exception */
    record Ended(int code, String said) {
        /** @param changes calls of it that would have changed something */
        Seen judged(BadInput input, List<String> changes) {
            List<String> lines =
                    said.lines().dropWhile(line -> !line.startsWith("error:")).toList();
            String first = lines.isEmpty() ? "" : lines.get(0);
            String all = String.join("\n", lines);
            List<String> faults = new ArrayList<>();
            if (code != input.exit()) {
                faults.add("exit code " + code + ": " + said);
            }
            if (lines.isEmpty()) {
                faults.add("no error: " + said);
            }
            input.says().stream().filter(word -> !all.contains(word)).forEach(word -> faults.add("no word of " + word));
            if (lines.stream().skip(1).anyMatch(line -> !line.startsWith("  "))) {
                faults.add("more than one error");
            }
            INSIDES.stream().filter(said::contains).forEach(word -> faults.add("insides: " + word));
            if (first.length() > 600) {
                faults.add("a line of " + first.length() + " characters");
            }
            changes.forEach(call -> faults.add("called " + call));
            return new Seen(input, lines, changes, faults);
        }
    }

    /** Runs the command on it with that access key. */
    Ended give(BadInput input, String key) throws Exception {
        // The real Terraform takes its provider's plugins once.
        String place = input.hasRealTools() ? "real" : String.valueOf(given++);
        Path root = directory.resolve("case-" + place + "/shop");
        Files.createDirectories(root);
        copy(repository.resolve("tests/causes/application"), root);
        write(
                root.resolve(ENVIRONMENT),
                ("app = \"shop\"\nenvironment = \"demo\"\nregion = \"" + world.get("AWS_REGION") + "\"\n"
                                + input.variables())
                        .getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, String> file : input.files().entrySet()) {
            if (file.getValue() == null) {
                Files.delete(root.resolve(file.getKey()));
            } else if (file.getKey().endsWith("/")) {
                Files.deleteIfExists(root.resolve(file.getKey()));
                Files.createDirectories(root.resolve(file.getKey()));
            } else {
                write(root.resolve(file.getKey()), file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        for (Map.Entry<String, String> file : input.bytes().entrySet()) {
            write(root.resolve(file.getKey()), HexFormat.of().parseHex(file.getValue()));
        }
        input.objects()
                .forEach((name, text) ->
                        s3.putObject(request -> request.bucket(bucket).key(name), RequestBody.fromString(text)));
        try {
            List<String> arguments = new ArrayList<>();
            for (String argument : input.run()) {
                arguments.add(
                        switch (argument) {
                            case "IMAGE" -> image;
                            case "STATE" -> root.resolve("bad.tfstate").toString();
                            default -> argument;
                        });
            }
            if (!arguments.contains("--directory")) {
                arguments.addAll(List.of("--directory", root.toString()));
            }
            return run(input, arguments, environment(input, root, key));
        } finally {
            input.objects()
                    .keySet()
                    .forEach(name ->
                            s3.deleteObject(request -> request.bucket(bucket).key(name)));
        }
    }

    private Map<String, String> environment(BadInput input, Path root, String key) throws IOException {
        Map<String, String> environment = new TreeMap<>(world);
        environment.put("HOME", root.resolveSibling("home").toString());
        // The launcher's class data is the jar's, whoever runs it; making it takes longer than a command.
        environment.put("XDG_CACHE_HOME", machineCache());
        environment.put("AMI_DEPLOY_RECIPES", repository.toString());
        environment.put("AMI_DEPLOY_RUN", "host");
        environment.put("AWS_ACCESS_KEY_ID", key);
        environment.put("AWS_SECRET_ACCESS_KEY", "none");
        environment.put("USER", "stranger");
        environment.put("PATH", tools(input, root.resolveSibling("tools")) + ":" + System.getenv("PATH"));
        input.environment().forEach((name, value) -> {
            if (value == null) {
                environment.remove(name);
            } else {
                environment.put(name, value);
            }
        });
        return environment;
    }

    private static String machineCache() {
        String given = System.getenv("XDG_CACHE_HOME");
        return given == null || given.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache").toString()
                : given;
    }

    private static Path tools(BadInput input, Path tools) throws IOException {
        Files.createDirectories(tools);
        Map<String, String> scripts = new TreeMap<>(input.tools());
        if (!input.hasRealTools()) {
            Stream.of("packer", "terraform", "ansible-playbook").forEach(tool -> scripts.putIfAbsent(tool, UNEXPECTED));
        }
        for (Map.Entry<String, String> script : scripts.entrySet()) {
            Path file = Files.writeString(tools.resolve(script.getKey()), script.getValue());
            file.toFile().setExecutable(true);
        }
        return tools;
    }

    private Ended run(BadInput input, List<String> arguments, Map<String, String> environment) throws Exception {
        if (input.isByLauncher()) {
            List<String> line =
                    new ArrayList<>(List.of(repository.resolve("ami-deploy").toString()));
            line.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : -1, said);
        }
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        Console console = new Console(writer, writer, Clock.systemUTC(), Console.View.NONE);
        Surroundings surroundings = new Surroundings(
                environment,
                Clock.systemUTC(),
                console,
                new Interrupts(console),
                ProcessToolRunner::new,
                region -> cloud(region, environment));
        String[] all = arguments.toArray(String[]::new);
        int code = Main.commandLine(surroundings, all)
                .setOut(writer)
                .setErr(writer)
                .execute(all);
        return new Ended(code, said.toString());
    }

    /** As {@link Surroundings#cloud}, but that the SDK looks for credentials in the environment of this process. */
    private static Cloud cloud(String region, Map<String, String> environment) {
        try {
            AwsSettings settings = AwsSettings.fromEnvironment(region, environment);
            AwsCredentialsProvider keys = StaticCredentialsProvider.create(AwsBasicCredentials.create(
                    environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")));
            return Cloud.of(new AwsClients(
                    new AwsSettings(settings.region(), settings.endpoint(), keys, settings.serviceEndpoints())));
        } catch (IllegalArgumentException variable) {
            throw CommandFailure.badInput(variable.getMessage());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    /** Every version of every object in the state bucket, by key and version. */
    Map<String, String> objects() {
        Map<String, String> objects = new TreeMap<>();
        s3.listObjectVersionsPaginator(request -> request.bucket(bucket))
                .versions()
                .forEach(version -> objects.put(
                        version.key() + " " + version.versionId(),
                        s3.getObjectAsBytes(request -> request.bucket(bucket)
                                        .key(version.key())
                                        .versionId(version.versionId()))
                                .asUtf8String()));
        return objects;
    }

    @Override
    public void close() {
        s3.close();
    }
}
