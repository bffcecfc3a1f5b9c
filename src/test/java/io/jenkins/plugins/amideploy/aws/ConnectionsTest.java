package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/** Ways to an endpoint: a certificate of an authority of one's own, and a proxy that the environment names. */
class ConnectionsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ANSWER =
            """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
            <Arn>arn</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
            </GetCallerIdentityResult></GetCallerIdentityResponse>
            """;

    @TempDir
    Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void startsNothingYet() {
        server = null;
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void certificateOfAnAuthorityOfOnesOwn_isTrustedByTheBundle() throws Exception {
        URI endpoint = https();

        assertThat(account(
                        endpoint,
                        Map.of(
                                "AWS_CA_BUNDLE",
                                directory.resolve("authority.pem").toString())))
                .isEqualTo("123456789012");
    }

    @Test
    void certificateThatIsNotTrusted_isCalledThat() throws Exception {
        URI endpoint = https();

        assertThatThrownBy(() -> account(endpoint, Map.of()))
                .isInstanceOfSatisfying(
                        AwsFailure.class,
                        failure -> assertThat(failure.diagnosis().lines())
                                .first()
                                .isEqualTo(
                                        "NO_ANSWER: sts:GetCallerIdentity: the AWS endpoint shows a certificate that is not trusted here"))
                .hasMessageContaining("set AWS_CA_BUNDLE to a PEM file");
    }

    @Test
    void bundleThatIsNone_isNamed() {
        assertThatThrownBy(() -> new Connections(null, Map.of("AWS_CA_BUNDLE", "/nowhere.pem"), SOON))
                .hasMessageStartingWith("AWS_CA_BUNDLE is /nowhere.pem, which cannot be used (there is no such file)");
    }

    @Test
    void proxyOfTheEnvironment_isAskedButForWhatItExcepts() throws Exception {
        String proxy = "http://127.0.0.1:" + listen(HttpServer.create()).getPort();

        assertThat(account(URI.create("http://aws.example.invalid"), Map.of("HTTP_PROXY", proxy)))
                .isEqualTo("123456789012");
        assertThat(asked).containsExactly("http://aws.example.invalid/");

        account(URI.create(proxy), Map.of("HTTP_PROXY", "http://127.0.0.1:1"));
        assertThat(asked).as("this machine, without a proxy").last().isEqualTo("/");
    }

    private String account(URI endpoint, Map<String, String> environment) {
        try (Connections connections = new Connections(null, environment, SOON);
                StsClient sts = StsClient.builder()
                        .httpClient(connections.to(endpoint))
                        .region(Region.EU_WEST_1)
                        .endpointOverride(endpoint)
                        .overrideConfiguration(how -> how.retryStrategy(RetryMode.STANDARD))
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                        .build()) {
            return AwsFailures.call("sts:GetCallerIdentity", sts::getCallerIdentity)
                    .account();
        }
    }

    private URI https() throws Exception {
        Path store = directory.resolve("server.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                store.toString());
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "server",
                "-keystore",
                store.toString(),
                "-file",
                directory.resolve("authority.pem").toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer https = HttpsServer.create();
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        return URI.create("https://localhost:" + listen(https).getPort());
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> line = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
        assertThat(new ProcessBuilder(line).redirectErrorStream(true).start().waitFor())
                .isZero();
    }

    private InetSocketAddress listen(HttpServer unbound) throws IOException {
        server = unbound;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            byte[] answer = ANSWER.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server.getAddress();
    }
}
