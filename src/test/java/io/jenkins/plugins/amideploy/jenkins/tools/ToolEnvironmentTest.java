package io.jenkins.plugins.amideploy.jenkins.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ToolEnvironmentTest {
    @Test
    void added_leavesOutWhatIsTheAgentsOwn_butItsWayOut() {
        Map<String, String> agents =
                Map.of("HOME", "/home/jenkins", "HTTPS_PROXY", "http://proxy:3128", "no_proxy", ".corp");
        Map<String, String> effective = Map.of(
                "HOME", "/home/jenkins",
                "PATH", "/opt/bin",
                "HTTPS_PROXY", "http://proxy:3128",
                "no_proxy", ".corp",
                "MINE", "1");

        assertThat(ToolEnvironment.added(effective, agents))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("HTTPS_PROXY", "http://proxy:3128", "no_proxy", ".corp", "MINE", "1"));
    }
}
