package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandedLoginTest {
    @TempDir
    Path directory;

    private final StringWriter said = new StringWriter();

    private Map<String, String> handed(String config, String path) throws IOException {
        Files.createDirectories(directory.resolve(".aws"));
        Files.writeString(directory.resolve(".aws/config"), config);
        Map<String, String> environment =
                new HashMap<>(Map.of("HOME", directory.toString(), "AWS_PROFILE", "work", "PATH", path));
        PrintWriter writer = new PrintWriter(said, true);
        Console console = new Console(writer, writer, Clock.systemUTC(), Console.View.NONE);
        HandedLogin.to(environment, directory.resolve("work"), console);
        return environment;
    }

    @Test
    void toolsGetTheKeysFromTheAwsCli_saidInALine() throws IOException {
        Path aws = Files.writeString(directory.resolve("aws"), "#!/bin/sh\n");
        assertThat(aws.toFile().setExecutable(true)).isTrue();

        Map<String, String> environment = handed("[profile work]\nlogin_session = arn:x\n", directory.toString());

        Path configuration = directory.resolve("work/aws-config");
        assertThat(environment)
                .containsEntry("AWS_CONFIG_FILE", configuration.toString())
                .containsEntry("AWS_SDK_LOAD_CONFIG", "1");
        assertThat(configuration).content().contains("aws configure export-credentials --profile \"work\"");
        assertThat(said.toString())
                .contains("profile work is one of aws login: Terraform and Packer get its keys from the AWS CLI");
    }

    @Test
    void withoutTheAwsCli_isWarnedOf() throws IOException {
        assertThat(handed("[profile work]\nlogin_session = arn:x\n", directory.toString()))
                .doesNotContainKey("AWS_CONFIG_FILE");
        assertThat(said.toString())
                .contains("profile work is one of aws login, which Terraform and Packer may not read")
                .contains("aws configure export-credentials");
    }

    @Test
    void otherProfile_isLeftAloneInSilence() throws IOException {
        assertThat(handed("[profile work]\nregion = eu-west-1\n", directory.toString()))
                .doesNotContainKey("AWS_CONFIG_FILE");
        assertThat(said.toString()).isEmpty();
    }
}
