package io.jenkins.plugins.amideploy.jenkins.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that becomes the tool, run by a real shell with a program that tells what it got. */
class ToolScriptTest {
    @TempDir
    Path directory;

    @Test
    void of_argumentsAndVariablesWithShellCharacters_reachTheToolUnchanged() throws Exception {
        String awkward = "a b'c\"d$HOME`x`\\ *;&|";
        ToolCommand command = ToolCommand.lines(
                        Tool.PACKER, "build", directory.toString(), List.of("build", "-var=x=" + awkward))
                .withEnv(Map.of("AWKWARD", awkward));

        String seen = run(command, new ToolEnvironment(Map.of("AWKWARD", "overridden"), Set.of("GONE")));

        assertThat(seen.lines()).containsExactly("build", "-var=x=" + awkward, awkward, "none", directory.toString());
    }

    /** Also those that only the shell on the agent knows. */
    @Test
    void of_variablesThatWouldChangeAnImageOrARelease_reachNoTool() throws Exception {
        ToolCommand command = ToolCommand.lines(Tool.PACKER, "build", directory.toString(), List.of());
        program("#!/bin/sh\nenv | grep -E '^(PKR|TF)_VAR_' | sort\n");

        Process process = start(
                command,
                new ToolEnvironment(
                        Map.of(
                                "TF_VAR_image_id",
                                "ami-1",
                                "TF_VAR_db_password",
                                "x",
                                "PKR_VAR_builder_cidr",
                                "10.0.0.1/32"),
                        Set.of()));

        assertThat(new String(process.getInputStream().readAllBytes()).lines())
                .containsExactly("PKR_VAR_builder_cidr=10.0.0.1/32", "TF_VAR_db_password=x");
    }

    /** Its path is left for the supervisor, which removes it. */
    @Test
    void of_anyTool_hasADirectoryOfItsOwnForTemporaryFiles() throws Exception {
        String asked = Files.createDirectory(directory.resolve("asked")).toString();

        String seen = seenTemporary(new ToolEnvironment(Map.of("TMPDIR", asked), Set.of()));

        assertThat(seen).matches(Pattern.quote(asked + "/ami-deploy-") + "\\w+ 700");
        assertThat(directory.resolve("temporary")).content().isEqualTo(seen.split(" ")[0]);
    }

    @Test
    void of_placeWithoutRoomForTemporaryFiles_toolGoesOnWithout() throws Exception {
        String missing = directory.resolve("missing-place").toString();

        assertThat(seenTemporary(new ToolEnvironment(Map.of("TMPDIR", missing), Set.of())))
                .startsWith(missing);
        assertThat(directory.resolve("temporary")).doesNotExist();
    }

    private String seenTemporary(ToolEnvironment environment) throws Exception {
        program("#!/bin/sh\necho \"$TMPDIR $(stat -c %a \"$TMPDIR\" 2>/dev/null)\"\n");
        Process process = start(ToolCommand.lines(Tool.PACKER, "build", directory.toString(), List.of()), environment);
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void of_programThatIsNotThere_leavesWordAndEnds127() throws Exception {
        ToolCommand command = ToolCommand.lines(Tool.TERRAFORM, "plan", directory.toString(), List.of("plan"));

        int exit = start(command, new ToolEnvironment(Map.of(), Set.of())).waitFor();

        assertThat(exit).isEqualTo(127);
        assertThat(directory.resolve("missing")).exists();
    }

    private String run(ToolCommand command, ToolEnvironment environment) throws Exception {
        program("#!/bin/sh\nprintf '%s\\n' \"$@\" \"$AWKWARD\" \"${GONE-none}\" \"$PWD\"\n");
        Process process = start(command, environment);
        return new String(process.getInputStream().readAllBytes());
    }

    private void program(String text) throws IOException {
        Path program = Files.writeString(directory.resolve("packer"), text);
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private Process start(ToolCommand command, ToolEnvironment environment) throws IOException {
        Path script = Files.writeString(directory.resolve("tool.sh"), ToolScript.of(command, environment));
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString(), directory.toString());
        builder.environment().put("PATH", directory + ":/bin:/usr/bin:/nonexistent");
        builder.environment().put("GONE", "secret");
        builder.environment().put("PKR_VAR_source_ami", "ami-1");
        builder.environment().put("TF_VAR_commit", "c0ffee");
        return builder.redirectErrorStream(true).start();
    }
}
