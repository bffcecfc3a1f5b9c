package io.jenkins.plugins.amideploy.jenkins;

import io.jenkins.plugins.amideploy.aws.LocalWorld;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;

/**
 * A world of the repository's embedded AWS, with records of machines or with machines. One with records serves all test classes
 * of a process, one after the other, and ends with it; one with machines a single class. Tests that need it are skipped, with the
 * reason, where it is not installed ({@code make tools}), and where machines cannot be had.
 */
public final class EmbeddedAws implements BeforeAllCallback, AfterAllCallback {
    private static final Path COMMAND = Path.of("local", "aws").toAbsolutePath();
    private static final long LIMIT_SECONDS = 120;

    private static final EmbeddedAws RECORDS = new EmbeddedAws(false);

    private final String world = "jenkins-" + UUID.randomUUID().toString().substring(0, 8);
    private final boolean machines;
    private final Map<String, String> environment = new TreeMap<>();

    /** With records of machines: needs neither root nor Docker. */
    public static EmbeddedAws withRecords() {
        return RECORDS;
    }

    private EmbeddedAws(boolean machines) {
        this.machines = machines;
    }

    /** With machines that boot: needs root and a Docker engine. */
    public static EmbeddedAws withMachines() {
        return new EmbeddedAws(true);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(COMMAND.resolveSibling(".venv")), "no embedded AWS here: make tools installs it");
        if (!environment.isEmpty()) {
            run("fault", "clear");
            return;
        }
        if (machines) {
            Assumptions.assumeTrue(answers("docker", "info"), "no Docker engine answers: no machines");
            Assumptions.assumeTrue(
                    System.getProperty("user.name").equals("root"), "machines need root for their networks");
            run("up");
        } else {
            run("up", "--api-only");
            Runtime.getRuntime().addShutdownHook(new Thread(this::end));
        }
        Matcher matcher = Pattern.compile("export (\\w+)=(\\S+)").matcher(run("env"));
        while (matcher.find()) {
            environment.put(matcher.group(1), matcher.group(2));
        }
        if (!environment.containsKey("AWS_ENDPOINT_URL")) {
            throw new IOException("local/aws env names no endpoint");
        }
    }

    /** Whether a program is there and ends well. */
    public static boolean answers(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (machines && !environment.isEmpty()) {
            run("down");
        }
    }

    private void end() {
        try {
            run("down");
        } catch (Exception e) {
            System.err.println(world + " is still up: " + e);
        }
    }

    /** URL that answers in place of AWS. */
    public String endpoint() {
        return environment.get("AWS_ENDPOINT_URL");
    }

    /** What {@code local/aws env} sets for clients. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** Makes something go wrong, or right again: {@code local/aws fault}. */
    public void fault(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("fault"));
        command.addAll(Arrays.asList(arguments));
        run(command.toArray(String[]::new));
    }

    /** How many calls of an action were answered with an error so far. */
    public long refused(String action) throws Exception {
        return run("calls", "--json")
                .lines()
                .filter(call -> call.contains("\"action\":\"" + action + "\"") && !call.contains("\"error\":null"))
                .count();
    }

    /** The calls so far that would have changed something, by the access key that they were made with. */
    public Map<String, List<String>> changes() throws Exception {
        return LocalWorld.changes(run("calls", "--json", "--changing"));
    }

    /** The log of all calls so far. */
    public String log() throws Exception {
        return run("calls", "--json");
    }

    /** How many calls there were so far. */
    public long calls() throws Exception {
        return run("calls", "--json").lines().count();
    }

    /** The network that every account has. */
    public String vpc() {
        try (Ec2Client ec2 = client(Ec2Client.builder())) {
            return ec2.describeVpcs().vpcs().get(0).vpcId();
        }
    }

    /** A client of the world, as the account's owner. */
    public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
        return builder.region(Region.US_EAST_1)
                .endpointOverride(URI.create(endpoint()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(ApacheHttpClient.create())
                .build();
    }

    private String run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(COMMAND.toString(), "--world", world));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + text);
            }
            return text;
        }
    }
}
