package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretsTest {
    private static final String SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12";

    @Test
    void mask_hidesEverySecretTheLongestFirst() {
        Secrets secrets = new Secrets(List.of("longsecret", "longsecret-and-more"));

        assertThat(secrets.mask("a longsecret-and-more b longsecret c")).isEqualTo("a **** b **** c");
    }

    @Test
    void mask_leavesPlaceholdersReadable() {
        assertThat(new Secrets(List.of("test")).mask("run the test")).isEqualTo("run the test");
    }

    @Test
    void command_neverShowsItsSecrets() {
        ToolCommand command = ToolCommand.lines(Tool.PACKER, "init", "/tmp", List.of("init", "packer/"))
                .withSecretEnv(Map.of("AWS_SECRET_ACCESS_KEY", SECRET));

        assertThat(command.toString()).doesNotContain(SECRET).contains("AWS_SECRET_ACCESS_KEY", "packer init packer/");
    }

    @Test
    void result_neverShowsItsDocument() {
        assertThat(ToolResult.exited("show", 0)
                        .withDocument("{\"password\":\"" + SECRET + "\"}")
                        .toString())
                .doesNotContain(SECRET);
    }
}
