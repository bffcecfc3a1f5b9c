package io.jenkins.plugins.amideploy.aws;

import static io.jenkins.plugins.amideploy.engine.Fuzz.readOrRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Fuzz;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever proxies, exceptions from them, endpoints and certificates the environment names: they are heeded, or refused in a line. */
class SurroundingsProperties {
    private static final Duration ANSWER = Duration.ofSeconds(1);

    @Provide
    Arbitrary<String> texts() {
        return Fuzz.texts(
                "http",
                "https",
                "://",
                ":",
                "/",
                "@",
                "%",
                "%40",
                "[",
                "]",
                "::1",
                ".",
                "*",
                ",",
                " ",
                "10.0.0.0",
                "/8",
                "/33",
                "example.com",
                ".example.com",
                "8080",
                "99999",
                "user",
                "-",
                "(",
                ")",
                "\\E",
                "\\Q",
                "?",
                "#",
                "\n");
    }

    @Property
    void anyProxy_isHeededOrRefused(@ForAll("texts") String proxy, @ForAll("texts") String exceptions) {
        Map<String, String> environment =
                Map.of("HTTPS_PROXY", proxy, "http_proxy", "http://" + proxy, "NO_PROXY", exceptions);
        readOrRefused(
                () -> EnvironmentProxy.of("https", environment),
                found -> found.ifPresent(
                        configuration -> assertThat(configuration.host()).isNotBlank()));
        readOrRefused(
                () -> EnvironmentProxy.selector(environment),
                found -> found.ifPresent(
                        selector -> assertThat(selector.select(URI.create("https://sts.eu-central-1.amazonaws.com/")))
                                .isNotEmpty()));
        readOrRefused(() -> new Connections(null, environment, ANSWER), SurroundingsProperties::opened);
        readOrRefused(() -> AwsSettings.fromEnvironment("us-east-1", Map.of("AWS_ENDPOINT_URL", proxy)));
    }

    private static void opened(Connections connections) {
        assertThat(connections.to(null)).isNotNull();
        connections.close();
    }

    @Property
    void anyExceptions_arePatterns(@ForAll("texts") String exceptions) {
        EnvironmentProxy.excepted(exceptions).forEach(Pattern::compile);
    }

    @Property
    void range_exceptsItsOwnAddressesOnly(
            @ForAll @IntRange(max = 255) int second,
            @ForAll @IntRange(max = 255) int other,
            @ForAll @IntRange(max = 8) int bits) {
        int prefix = 8 + bits;
        boolean inside = second >> (8 - bits) == other >> (8 - bits);

        assertThat(EnvironmentProxy.excepted("10." + second + ".0.0/" + prefix))
                .satisfies(patterns -> assertThat(patterns.stream().anyMatch(("10." + other + ".7.7")::matches))
                        .isEqualTo(inside));
    }

    @Provide
    Arbitrary<String> bundles() {
        return Fuzz.texts(
                "-----BEGIN CERTIFICATE-----",
                "-----END CERTIFICATE-----",
                "-----BEGIN PRIVATE KEY-----",
                "\n",
                "MIIB",
                "AAAA",
                "=",
                "0\u0082",
                "#");
    }

    @Property(tries = 200)
    void anyBundle_isTrustedOrRefused(@ForAll("bundles") String text) throws IOException {
        Path file = Files.createTempFile("bundle", ".pem");
        try {
            Files.writeString(file, text);
            readOrRefused(
                    () -> new Connections(null, Map.of("AWS_CA_BUNDLE", file.toString()), ANSWER),
                    SurroundingsProperties::opened);
        } finally {
            Files.delete(file);
        }
    }

    @Example
    void pathThatIsNone_isRefused() {
        for (String path : new String[] {"\0", "/", "/nowhere", "a".repeat(5000)}) {
            readOrRefused(
                    () -> new Connections(null, Map.of("AWS_CA_BUNDLE", path), ANSWER), SurroundingsProperties::opened);
        }
    }
}
