package io.jenkins.plugins.amideploy.jenkins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A world of the repository's embedded AWS for a test class, with records of machines instead of machines. Tests that need it
 * are skipped where it is not installed ({@code make tools}).
 */
public final class EmbeddedAws implements BeforeAllCallback, AfterAllCallback {
    private static final Path COMMAND = Path.of("local", "aws").toAbsolutePath();
    private static final long LIMIT_SECONDS = 120;

    private final String world = "jenkins-" + UUID.randomUUID().toString().substring(0, 8);
    private String endpoint;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(COMMAND.resolveSibling(".venv")), "no embedded AWS here: make tools installs it");
        run("up", "--api-only");
        Matcher matcher = Pattern.compile("AWS_ENDPOINT_URL=(\\S+)").matcher(run("env"));
        if (!matcher.find()) {
            throw new IOException("local/aws env names no endpoint");
        }
        endpoint = matcher.group(1);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (endpoint != null) {
            run("down");
        }
    }

    /** URL that answers in place of AWS. */
    public String endpoint() {
        return endpoint;
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
