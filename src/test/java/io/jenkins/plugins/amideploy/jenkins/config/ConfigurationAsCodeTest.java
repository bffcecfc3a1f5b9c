package io.jenkins.plugins.amideploy.jenkins.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.casc.misc.junit.jupiter.AbstractRoundTripTest;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The global configuration through configuration as code, a restart included. */
@WithJenkins
class ConfigurationAsCodeTest extends AbstractRoundTripTest {
    @Override
    protected void assertConfiguredAsExpected(JenkinsRule r, String text) {
        AmiDeployConfiguration configuration = AmiDeployConfiguration.get();
        assertThat(configuration.getRegion()).isEqualTo("eu-central-1");
        assertThat(configuration.getCredentialsId()).isEqualTo("deployer");
        assertThat(configuration.getEndpoint()).isEqualTo("http://127.0.0.1:4566");
        assertThat(configuration.getCallsPerSecond()).isEqualTo(4);
        assertThat(configuration.tagMap()).containsEntry("cost-centre", "4711").containsEntry("owner", "web");
    }

    @Override
    protected String configResource() {
        return "casc.yaml";
    }

    @Override
    protected String stringInLogExpected() {
        return ".region = eu-central-1";
    }
}
