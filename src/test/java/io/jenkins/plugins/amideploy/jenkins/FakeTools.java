package io.jenkins.plugins.amideploy.jenkins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Programs named packer, terraform and python3 that print what the real ones print, wait where a test has them wait, and note what
 * happens to them. Their scripts are beside this class's resources.
 */
public final class FakeTools {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path directory;

    /** @param directory where programs and notes go; must be mounted in a container that is to use them */
    public FakeTools(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        for (String program : List.of("packer", "terraform", "python3")) {
            try (InputStream script = FakeTools.class.getResourceAsStream("fake-" + program + ".sh")) {
                String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
                Path file =
                        Files.writeString(directory.resolve(program), text.replace("@NOTES@", directory.toString()));
                file.toFile().setExecutable(true);
            }
        }
    }

    /** Has the next command of this name wait until {@link #release}. */
    public FakeTools hold(String command) throws IOException {
        Files.createFile(directory.resolve("hold-" + command));
        return this;
    }

    /** Lets a held command go on. */
    public void release(String command) throws IOException {
        Files.createFile(directory.resolve("go-" + command));
    }

    /** Waits until a command is held. */
    public void awaitHeld(String command) throws Exception {
        await("held " + command, "held " + command);
    }

    /** Waits for a note. */
    public void await(String what, String note) throws Exception {
        Deadline.await(LIMIT, what, () -> notes().contains(note));
    }

    /** What happened to the programs, in order. */
    public List<String> notes() throws IOException {
        Path notes = directory.resolve("notes");
        return Files.exists(notes) ? Files.readAllLines(notes) : List.of();
    }

    /** Where a command ran; Terraform's begin with {@code terraform-}. */
    public Path workedIn(String command) throws IOException {
        return Path.of(Files.readString(directory.resolve("pwd-" + command)).strip());
    }

    /** How many notes are this one. */
    public long count(String note) throws IOException {
        return notes().stream().filter(note::equals).count();
    }

    /** Directory of the programs, for the PATH. */
    public Path directory() {
        return directory;
    }
}
