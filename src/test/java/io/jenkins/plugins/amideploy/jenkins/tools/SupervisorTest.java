package io.jenkins.plugins.amideploy.jenkins.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.amideploy.jenkins.Deadline;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code supervise.sh} with tools that are a few lines of shell. */
class SupervisorTest {
    @TempDir
    Path directory;

    private Process supervisor;

    @BeforeEach
    void copyTheScript() throws Exception {
        try (InputStream script =
                getClass().getResourceAsStream("/io/jenkins/plugins/amideploy/jenkins/tools/supervise.sh")) {
            Files.copy(script, directory.resolve("supervise.sh"));
        }
    }

    @AfterEach
    void endWhatIsLeft() {
        if (supervisor != null) {
            supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
            supervisor.destroyForcibly();
        }
    }

    @Test
    void supervise_toolThatEnds_keepsItsOutputAndExitCode() throws Exception {
        start("lines", "echo out; echo err >&2; exit 3");

        assertThat(await("exit")).content().isEqualToIgnoringWhitespace("3");
        assertThat(directory.resolve("out")).hasContent("out\nerr");
        assertThat(directory.resolve("stopped")).doesNotExist();
    }

    @Test
    void supervise_document_keepsStandardOutputApart() throws Exception {
        start("document", "echo '{}'; echo warning >&2");

        await("exit");
        assertThat(directory.resolve("document")).hasContent("{}");
        assertThat(directory.resolve("out")).hasContent("warning");
    }

    @Test
    void supervise_stopAskedForSeveralTimes_signalsOnceAndWaits() throws Exception {
        start(
                "lines",
                "n=0; trap 'n=$((n+1)); echo signal $n' TERM; echo ready; i=0;"
                        + " while [ $i -lt 25 ]; do sleep 0.2; i=$((i+1)); done; echo cleaned up; exit 1");
        awaitText("out", "ready");

        Files.createFile(directory.resolve("stop"));
        awaitText("out", "signal 1");
        Files.deleteIfExists(directory.resolve("stop"));
        Files.createFile(directory.resolve("stop"));

        assertThat(await("exit")).content().isEqualToIgnoringWhitespace("1");
        assertThat(directory.resolve("out")).hasContent("ready\nsignal 1\ncleaned up");
        assertThat(directory.resolve("stopped")).exists();
    }

    @Test
    void supervise_startedAgain_startsNoSecondTool() throws Exception {
        start("lines", "echo once; sleep 2");
        awaitText("out", "once");

        Process second = launch("lines");

        assertThat(second.waitFor(5, TimeUnit.SECONDS)).isTrue();
        await("exit");
        assertThat(directory.resolve("out")).hasContent("once");
    }

    @Test
    void supervise_signalledItself_goesOnWithItsTool() throws Exception {
        start("lines", "echo ready; sleep 2; echo done");
        awaitText("out", "ready");

        supervisor.destroy();

        assertThat(await("exit")).content().isEqualToIgnoringWhitespace("0");
        assertThat(directory.resolve("out")).hasContent("ready\ndone");
    }

    /** Packer leaves a private key there. */
    @Test
    void supervise_temporaryFilesOfTheTool_areGoneWithIt() throws Exception {
        Path temporary = Files.createDirectories(directory.resolve("temporary files"));
        Files.createFile(temporary.resolve("ansible-key"));
        start("lines", "printf '%s' '" + temporary + "' > \"$1/temporary\"; exit 1");

        await("exit");

        assertThat(temporary).doesNotExist();
    }

    /** As on a disk that is full: the tool's lines are lost, and what it did counts. */
    @Test
    void supervise_outputThatCannotBeWritten_letsTheToolEndByItself() throws Exception {
        Files.createSymbolicLink(directory.resolve("out"), Path.of("/dev/full"));
        start("lines", "i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i+1)); done; : > \"$1/applied\"; exit 3");

        assertThat(await("exit")).content().startsWith("3 ");
        assertThat(directory.resolve("applied")).exists();
    }

    /** A file system of 64 KiB, which the tool fills: the exit code has had its room from the beginning. */
    @Test
    void supervise_fullDisk_keepsTheExitCodeAndSaysThatLinesAreMissing() throws Exception {
        String inside =
                "mount -t tmpfs -o size=64k none '%1$s/small' && cp '%1$s/supervise.sh' '%1$s/small' && cd '%1$s/small'"
                        .formatted(directory);
        Files.createDirectory(directory.resolve("small"));
        assumeTrue(
                new ProcessBuilder("unshare", "-rm", "sh", "-c", inside).start().waitFor() == 0,
                "needs a file system of its own: unshare -rm and mount");

        Process run = new ProcessBuilder(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        inside + " && echo 'head -c 200000 /dev/zero; echo lost; exit 3' > tool.sh"
                                + " && sh supervise.sh \"$PWD\" lines && cat exit")
                .redirectErrorStream(true)
                .start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.strip()).endsWith("3   full");
    }

    private void start(String kind, String tool) throws Exception {
        Files.writeString(directory.resolve("tool.sh"), tool + "\n");
        supervisor = launch(kind);
    }

    private Process launch(String kind) throws Exception {
        return new ProcessBuilder("sh", directory.resolve("supervise.sh").toString(), directory.toString(), kind)
                .inheritIO()
                .start();
    }

    private Path await(String file) throws Exception {
        Path path = directory.resolve(file);
        Deadline.await(Duration.ofSeconds(20), file, () -> Files.exists(path));
        return path;
    }

    private void awaitText(String file, String text) throws Exception {
        Path path = directory.resolve(file);
        Deadline.await(
                Duration.ofSeconds(20),
                text,
                () -> Files.exists(path) && Files.readString(path).contains(text));
    }
}
