package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The environment variables of the AWS SDKs and Tools reference, "Service-specific endpoints". */
class AwsSettingsTest {
    @Test
    void endpointOfAService_isBeforeThatOfAll() {
        AwsSettings settings = AwsSettings.fromEnvironment(
                "eu-west-1",
                Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:2"));
        assertThat(settings.endpoint("S3")).isEqualTo(URI.create("http://127.0.0.1:2"));
        assertThat(settings.endpoint("EC2")).isEqualTo(URI.create("http://127.0.0.1:1"));
    }

    @Test
    void noEndpoint_isAwsItself() {
        AwsSettings settings = AwsSettings.fromEnvironment("eu-west-1", Map.of("AWS_ENDPOINT_URL_S3", " "));
        assertThat(settings.endpoint("S3")).isNull();
        assertThat(settings).hasToString("AwsSettings[eu-west-1]");
    }
}
