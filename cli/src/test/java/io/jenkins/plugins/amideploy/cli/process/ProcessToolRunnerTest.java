package io.jenkins.plugins.amideploy.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult.Ending;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: small shell scripts that stand on the PATH under the tool's name. */
@Timeout(60)
class ProcessToolRunnerTest {
    private static final String SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12";

    @TempDir
    private Path directory;

    private final List<String> lines = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private ToolLog log;
    private ProcessToolRunner runner;

    @BeforeEach
    void setUp() {
        Map<String, String> variables = new TreeMap<>();
        variables.put("PATH", directory + ":" + System.getenv("PATH"));
        variables.put("AWS_SECRET_ACCESS_KEY", SECRET);
        ToolEnvironment environment = new ToolEnvironment(variables);
        log = new ToolLog(
                directory.resolve("logs"), Instant.parse("2026-11-23T11:48:00Z"), environment.secrets(), warnings::add);
        runner = new ProcessToolRunner(environment, log);
    }

    @Test
    void output_comesLineByLineMaskedAndIsLogged() throws IOException {
        script("echo one $1; echo \"key $AWS_SECRET_ACCESS_KEY\" >&2; exit 3");

        ToolResult result = finish(runner.start(command("build", "argument")));

        assertThat(result.ending()).isEqualTo(Ending.EXITED);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(lines).containsExactlyInAnyOrder("one argument", "key ****");
        assertThat(Files.readString(log.file("packer")))
                .contains("$ packer argument", "one argument", "key ****", "exit code 3")
                .doesNotContain(SECRET);
    }

    /** A pipe would end with us, and the tool with its next line. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void output_goesToFilesWithoutAName_thatNobodyElseMayRead() throws IOException {
        // We take the names away as soon as it runs, which may be after its first line.
        script(
                "for file in 1 2; do for turn in $(seq 500); do case $(readlink /proc/$$/fd/$file) in *deleted*) break ;; esac;"
                        + " sleep 0.02; done; done; readlink /proc/$$/fd/2; stat -L -c %a /proc/$$/fd/2; readlink /proc/$$/fd/1 >&2");

        finish(runner.start(command("show").printingDocument()));
        ToolResult result = finish(runner.start(command("show").printingDocument()));

        assertThat(lines).hasSize(2).allMatch(line -> line.endsWith(".out (deleted)"));
        assertThat(result.document().lines()).hasSize(2).last().isEqualTo("600");
        assertThat(result.document()).contains(".out (deleted)");
    }

    @Test
    void output_isHandedOverWhileTheToolRuns_andALastLineWithoutItsEnd() throws IOException {
        script("echo first; while [ ! -e \"$0.go\" ]; do sleep 0.02; done; printf last");
        ToolRun run = runner.start(command("build"));
        await(() -> {
            assertThat(run.poll(lines::add)).isEmpty();
            return lines.contains("first");
        });
        Files.createFile(directory.resolve("packer.go"));
        finish(run);
        assertThat(lines).containsExactly("first", "last");
    }

    @Test
    void document_isNeitherShownNorLogged() throws IOException {
        script("echo '{\"password\":\"hunter2hunter2\"}'");

        ToolResult result = finish(runner.start(command("show").printingDocument()));

        assertThat(result.document()).contains("hunter2hunter2");
        assertThat(lines).isEmpty();
        assertThat(Files.readString(log.file("packer"))).doesNotContain("hunter2");
    }

    @Test
    void keptFiles_comeBackAsTextOrHash() throws IOException {
        script("printf text > " + directory + "/file");
        ToolCommand command =
                command("build").keepingText(directory + "/file").keepingText(directory + "/never-written");

        assertThat(finish(runner.start(command)).files()).isEqualTo(Map.of(directory + "/file", "text"));
        assertThat(finish(runner.start(command("x").keepingDigest(directory + "/file")))
                        .files())
                .containsEntry(directory + "/file", "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1");
    }

    @Test
    void changedPlan_isNotApplied() throws IOException {
        script("touch " + directory + "/applied");
        Files.writeString(directory.resolve("plan"), "another plan");

        ToolResult result = finish(runner.start(command("apply").expecting(directory + "/plan", "00ff")));

        assertThat(result.ending()).isEqualTo(Ending.NOT_STARTED);
        assertThat(result.problems()).singleElement().satisfies(problem -> assertThat(problem.line())
                .contains("is not the plan that was shown"));
        assertThat(directory.resolve("applied")).doesNotExist();
    }

    @Test
    void missingTool_isSaid() {
        ToolEnvironment empty = new ToolEnvironment(Map.of("PATH", directory.toString()));

        ToolResult result = finish(new ProcessToolRunner(empty, log).start(command("init")));

        assertThat(result.ending()).isEqualTo(Ending.MISSING);
    }

    @Test
    void stop_signalsTheToolOnceAndNeverItsChild() throws IOException {
        script(
                """
                trap 'echo signalled >> "$0.parent"' TERM
                sh -c 'trap "echo signalled >> \\"$0.child\\"" TERM; touch "$0.ready"; i=0; while [ $i -lt 30 ]; do sleep 0.1; i=$((i+1)); done' "$0" &
                child=$!
                while kill -0 $child 2>/dev/null; do wait $child; done
                echo cleaned up
                exit 1
                """);
        ToolRun run = runner.start(command("build"));
        await(() -> Files.exists(directory.resolve("packer.ready")));

        run.stop();
        run.stop();
        ToolResult result = finish(run);
        run.stop();

        assertThat(result.ending()).isEqualTo(Ending.STOPPED);
        assertThat(lines).as("it was waited for").contains("cleaned up");
        assertThat(Files.readAllLines(directory.resolve("packer.parent"))).containsExactly("signalled");
        assertThat(directory.resolve("packer.child")).doesNotExist();
    }

    @Test
    void tool_hasASessionOfItsOwn() throws IOException {
        script("ps -o sid= -p $$ | tr -d ' '; echo $$");

        finish(runner.start(command("init")));

        assertThat(lines).hasSize(2).allMatch(lines.get(0)::equals);
    }

    /** macOS has none. */
    @Test
    void tool_hasASessionOfItsOwn_withoutSetsid() throws IOException {
        Path programs = Files.createDirectory(directory.resolve("few"));
        Path python = programs.resolve("python3");
        Files.writeString(
                python, "#!/bin/sh\nPATH='" + System.getenv("PATH") + "' exec " + found("python3") + " \"$@\"\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        ToolEnvironment few = new ToolEnvironment(Map.of("PATH", directory + ":" + programs));
        script("ps -o sid= -p $$ | tr -d ' '; echo $$");

        finish(new ProcessToolRunner(few, log).start(command("init")));

        assertThat(lines).hasSize(2).allMatch(lines.get(0)::equals);
    }

    /** Packer leaves a private key there. */
    @Test
    void temporaryFiles_areTheToolsOwnAndGoneWithIt() throws IOException {
        script(
                "mkdir \"$TMPDIR/sub\"; touch \"$TMPDIR/sub/ansible-key\"; echo \"$TMPDIR\"; stat -c %a \"$TMPDIR\"; exit 1");

        finish(runner.start(command("build")));

        assertThat(lines).hasSize(2).last().isEqualTo("700");
        assertThat(Path.of(lines.get(0)).getFileName().toString()).startsWith("ami-deploy-");
        assertThat(Path.of(lines.get(0))).doesNotExist();
    }

    @Test
    void temporaryFiles_goWhereTheCallerAsksFor() throws IOException {
        Path asked = Files.createDirectory(directory.resolve("asked"));
        script("echo \"$TMPDIR\"");

        finish(runnerWith("TMPDIR", asked.toString()).start(command("build")));

        assertThat(Path.of(lines.get(0))).hasParentRaw(asked);
        assertThat(asked).isEmptyDirectory();
    }

    /** The caller's working directory is not the tool's. */
    @Test
    void temporaryFiles_relativePlace_isTheCallers() {
        assertThat(new ToolEnvironment(Map.of("TMPDIR", "scratch")).temporary())
                .isEqualTo(Path.of("scratch").toAbsolutePath());
    }

    @Test
    void temporaryFiles_placeThatTakesNone_isNamedWithItsCure() throws IOException {
        script("exit 0");
        String missing = directory.resolve("missing").toString();

        ToolResult result = finish(runnerWith("TMPDIR", missing).start(command("build")));

        assertThat(result.ending()).isEqualTo(Ending.NOT_STARTED);
        assertThat(result.problems()).singleElement().satisfies(problem -> assertThat(problem.line())
                .isEqualTo("packer could not be started: " + missing
                        + " takes no temporary files: set TMPDIR to a directory that can be written and has room"));
    }

    private ProcessToolRunner runnerWith(String name, String value) {
        return new ProcessToolRunner(
                new ToolEnvironment(Map.of("PATH", directory + ":" + System.getenv("PATH"), name, value)), log);
    }

    @Test
    void logThatCannotBeWritten_isOneWarning_andTheToolGoesOn() throws IOException {
        Files.writeString(directory.resolve("logs"), "a file where the directory should be");
        script("i=0; while [ $i -lt 2000 ]; do echo a line that is longer than nothing; i=$((i+1)); done; exit 7");

        ToolResult result = finish(runner.start(command("apply")));

        assertThat(result.exitCode()).as("not ended by a closed pipe").isEqualTo(7);
        assertThat(lines).hasSize(2000);
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("warning: log " + log.file("packer") + " cannot be written: ");
    }

    @Test
    void secretInLowerCase_isMasked() throws IOException {
        ToolEnvironment environment = new ToolEnvironment(
                Map.of("PATH", directory + ":" + System.getenv("PATH"), "TF_VAR_db_password", "correct-horse-battery"));
        ToolLog masked = new ToolLog(directory.resolve("logs"), Instant.EPOCH, environment.secrets(), warnings::add);
        script("echo \"password is $TF_VAR_db_password\"");

        finish(new ProcessToolRunner(environment, masked).start(command("plan")));

        assertThat(lines).containsExactly("password is ****");
        assertThat(Files.readString(masked.file("packer"))).doesNotContain("correct-horse");
    }

    @Test
    void variablesThatWouldMoveTheState_areSaid() {
        Map<String, String> variables = Map.of(
                "TF_WORKSPACE",
                "blue",
                "TF_CLI_ARGS_plan",
                "-target=x",
                "TF_CLI_ARGS_init",
                "-backend-config=a=b",
                "PATH",
                "/bin");
        assertThat(new ToolEnvironment(variables).overruled())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("TF_WORKSPACE is set, and not handed to Terraform: "))
                .anyMatch(line -> line.startsWith("TF_CLI_ARGS_plan is set"));
        assertThat(new ToolEnvironment(Map.of("TF_WORKSPACE", "default")).overruled())
                .isEmpty();
    }

    @Test
    void stopOfAToolThatEndedWell_isNoStop() throws IOException {
        script("trap 'exit 0' TERM; touch \"$0.ready\"; while :; do sleep 0.1; done");
        ToolRun run = runner.start(command("build"));
        await(() -> Files.exists(directory.resolve("packer.ready")));

        run.stop();

        assertThat(finish(run).ending()).isEqualTo(Ending.EXITED);
    }

    private static Path found(String program) {
        return new ToolEnvironment(Map.of("PATH", System.getenv("PATH")))
                .find(program)
                .orElseThrow();
    }

    private void script(String body) throws IOException {
        Path script = directory.resolve("packer");
        Files.writeString(script, "#!/bin/sh\n" + body);
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    private ToolCommand command(String phase, String... arguments) {
        return ToolCommand.lines(Tool.PACKER, phase, directory.toString(), List.of(arguments));
    }

    private ToolResult finish(ToolRun run) {
        List<ToolResult> results = new ArrayList<>();
        await(() -> {
            Optional<ToolResult> result = run.poll(lines::add);
            result.ifPresent(results::add);
            return result.isPresent();
        });
        return results.get(0);
    }

    /** Looks every few milliseconds; the class's time limit ends it. */
    private static void await(java.util.function.BooleanSupplier seen) {
        while (!seen.getAsBoolean()) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
