package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.OutsideVariables;
import io.jenkins.plugins.amideploy.engine.tool.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The caller's environment, which every tool inherits, with its secrets set apart so that they can be masked. */
public final class ToolEnvironment {
    /** Variables whose values are secret: AWS's, Terraform's tokens, and what is named like a secret, in whichever case: TF_VAR_db_password. */
    private static final Pattern SECRET = Pattern.compile(
            "AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|TF_TOKEN_.*|.*(PASSWORD|PASSWD|PASSPHRASE|SECRET|PRIVATE_KEY|_TOKEN|API_?KEY)",
            Pattern.CASE_INSENSITIVE);

    private final Map<String, String> plain = new TreeMap<>();
    private final Map<String, String> secret = new TreeMap<>();
    private final List<String> overruled;

    /** @param environment the caller's variables */
    public ToolEnvironment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (!OutsideVariables.isKeptFromTools(name)) {
                (SECRET.matcher(name).matches() ? secret : plain).put(name, value);
            }
        });
        overruled = OutsideVariables.remarks(environment.entrySet().stream()
                .filter(variable ->
                        !variable.getValue().isBlank() && !variable.getValue().equals("default"))
                .map(Map.Entry::getKey)
                .toList());
    }

    /** What is not secret. */
    public Map<String, String> plain() {
        return Map.copyOf(plain);
    }

    /** What must never be shown. */
    public Map<String, String> secret() {
        return Map.copyOf(secret);
    }

    /** What is set and reaches no tool, one line each. */
    public List<String> overruled() {
        return overruled;
    }

    /** Masks the secrets. */
    public Secrets secrets() {
        return new Secrets(secret.values());
    }

    /** The directory for temporary files, absolute, since tools run in other directories: the caller's, else this machine's. */
    public Path temporary() {
        String asked = plain.getOrDefault(ScratchDirectory.VARIABLE, "");
        return Path.of(asked.isBlank() ? System.getProperty("java.io.tmpdir") : asked)
                .toAbsolutePath();
    }

    /** Where a program is on the caller's PATH. */
    public Optional<Path> find(String program) {
        for (String directory : plain.getOrDefault("PATH", "").split(":")) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate.toAbsolutePath());
            }
        }
        return Optional.empty();
    }
}
