package io.jenkins.plugins.amideploy.jenkins.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.jenkins.Deadline;
import java.io.InputStream;
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

        assertThat(await("exit")).hasContent("3");
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

        assertThat(await("exit")).hasContent("1");
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

        assertThat(await("exit")).hasContent("0");
        assertThat(directory.resolve("out")).hasContent("ready\ndone");
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
