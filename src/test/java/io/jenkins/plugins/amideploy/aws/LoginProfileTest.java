package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginProfileTest {
    @TempDir
    Path home;

    private Optional<LoginProfile> profile(String content, Map<String, String> more) throws IOException {
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(home.resolve(".aws/config"), content);
        Map<String, String> environment = new HashMap<>(Map.of("HOME", home.toString()));
        environment.putAll(more);
        return LoginProfile.of(environment);
    }

    @Test
    void profileOfAwsLogin_isHandedOnByTheAwsCli() throws IOException {
        LoginProfile login = profile(
                        "[profile work]\nlogin_session = arn:x\nregion = eu-west-1\n", Map.of("AWS_PROFILE", "work"))
                .orElseThrow();

        assertThat(login.forTools())
                .isEqualTo(
                        """
                        [profile work]
                        region = eu-west-1
                        credential_process = env AWS_CONFIG_FILE="%s/.aws/config" aws configure export-credentials --profile "work" --format process
                        """
                                .formatted(home));
    }

    /** The command reads the profile from the person's own file, not from the one that names the command. */
    @Test
    void command_runsAsAToolRunsIt() throws IOException, InterruptedException {
        LoginProfile login =
                profile("[default]\nlogin_session = arn:x\n", Map.of()).orElseThrow();
        Path aws = Files.writeString(home.resolve("aws"), "#!/bin/sh\necho \"$AWS_CONFIG_FILE\" \"$@\"\n");
        assertThat(aws.toFile().setExecutable(true)).isTrue();
        String command = login.forTools()
                .lines()
                .reduce((first, last) -> last)
                .orElseThrow()
                .split(" = ", 2)[1];
        ProcessBuilder tool = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
        tool.environment().put("PATH", home + ":" + System.getenv("PATH"));
        tool.environment().putAll(LoginProfile.variables(home.resolve("ours")));

        Process process = tool.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(said)
                .isEqualTo(home + "/.aws/config configure export-credentials --profile default --format process\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    [default]\\nregion = x                                            | AWS_PROFILE
                    [default]\\nlogin_session = a\\ncredential_process = b             | AWS_PROFILE
                    [default]\\nlogin_session = a\\nrole_arn = b\\nsource_profile = c  | AWS_PROFILE
                    [default]\\nlogin_session = a                                     | AWS_ACCESS_KEY_ID
                    [profile other]\\nlogin_session = a                               | AWS_PROFILE
                    no configuration                                                 | AWS_PROFILE
                    """)
    void otherWaysToCredentials_areLeftAlone(String content, String variable) throws IOException {
        assertThat(profile(content.replace("\\n", "\n"), Map.of(variable, "default")))
                .isEmpty();
    }

    @Test
    void noConfigurationAtAll_isNone() {
        assertThat(LoginProfile.of(Map.of("HOME", home.resolve("nowhere").toString())))
                .isEmpty();
    }
}
