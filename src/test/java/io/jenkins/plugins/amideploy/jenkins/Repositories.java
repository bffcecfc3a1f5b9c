package io.jenkins.plugins.amideploy.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.plugins.git.GitSCM;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Git repositories of the tests, which a controller may read from this machine. */
public final class Repositories {
    private Repositories() {}

    /** Makes one with these files, by path, on branch master. */
    public static Path committed(Path repository, Map<String, String> files) throws Exception {
        GitSCM.ALLOW_LOCAL_CHECKOUT = true;
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = repository.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        git(repository, "init", "-q", "-b", "master");
        git(repository, "add", ".");
        git(repository, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "as it is");
        return repository;
    }

    private static void git(Path directory, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
