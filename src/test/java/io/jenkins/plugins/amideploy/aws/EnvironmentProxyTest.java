package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/** The same rows as golang.org/x/net/http/httpproxy documents, by which Terraform and Packer go. */
class EnvironmentProxyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ec2.eu-west-1.amazonaws.com | amazonaws.com       | false
                    amazonaws.com               | amazonaws.com       | false
                    ec2.eu-west-1.amazonaws.com | .amazonaws.com      | false
                    amazonaws.com               | .amazonaws.com      | true
                    notamazonaws.com            | amazonaws.com       | true
                    ec2.eu-west-1.amazonaws.com | *.amazonaws.com     | false
                    ec2.eu-west-1.amazonaws.com | AMAZONAWS.COM       | false
                    ec2.eu-west-1.amazonaws.com | a.b, amazonaws.com  | false
                    amazonaws.com               | amazonaws.com:8080  | false
                    10.1.2.3                    | 10.0.0.0/8          | false
                    10.1.2.3                    | 10.1.0.0/20         | false
                    10.1.16.3                   | 10.1.0.0/20         | true
                    11.1.2.3                    | 10.0.0.0/8          | true
                    10.1.2.3                    | 10.1.2.3            | false
                    10.1.2.30                   | 10.1.2.3            | true
                    203.0.113.9                 | 203.0.113.9/32      | false
                    anything.example            | *                   | false
                    localhost                   | unrelated           | false
                    127.0.3.4                   | unrelated           | false
                    ec2.eu-west-1.amazonaws.com | unrelated           | true
                    """)
    void of_exceptsWhatNoProxySays(String host, String noProxy, boolean proxied) {
        ProxyConfiguration proxy = EnvironmentProxy.of(
                        "https", Map.of("HTTPS_PROXY", "http://proxy.example:3128", "NO_PROXY", noProxy))
                .orElseThrow();

        assertThat(proxy.nonProxyHosts().stream().noneMatch(host::matches)).isEqualTo(proxied);
    }

    @Test
    void of_takesTheVariableOfTheScheme() {
        Map<String, String> environment =
                Map.of("https_proxy", "proxy.example", "HTTP_PROXY", "http://user:p%40ss@plain.example:8080");

        ProxyConfiguration https = EnvironmentProxy.of("https", environment).orElseThrow();
        ProxyConfiguration http = EnvironmentProxy.of("http", environment).orElseThrow();

        assertThat(https.host() + ":" + https.port()).isEqualTo("proxy.example:80");
        assertThat(http.host() + ":" + http.port()).isEqualTo("plain.example:8080");
        assertThat(http.username() + " " + http.password()).isEqualTo("user p@ss");
        assertThat(EnvironmentProxy.of("https", Map.of("HTTP_PROXY", "http://plain.example")))
                .isEmpty();
    }

    @Test
    void of_whatIsNoUrl_isRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> EnvironmentProxy.of("https", Map.of("HTTPS_PROXY", "socks5://user:s3cret@proxy:1080")))
                .hasMessage("HTTPS_PROXY is no URL of an HTTP proxy: give it as http://HOST:PORT, or unset it");
    }
}
