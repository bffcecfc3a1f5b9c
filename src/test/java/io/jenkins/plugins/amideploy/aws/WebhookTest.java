package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.engine.release.Announcement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {
    private static final Announcement TOLD = new Announcement("web-demo release 1 healthy", "{\"text\": \"grüße\"}");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int status = 200;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** Patient with a computer that has much else to do. */
    private static Webhook webhook(int port) {
        return webhook(port, Duration.ofMinutes(2));
    }

    private static Webhook webhook(int port, Duration timeout) {
        URI url = URI.create("http://127.0.0.1:" + port + "/services/s3cret?key=s3cret");
        return new Webhook(url, HttpClient.newBuilder(), timeout);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204})
    void tell_taken_isPostedAsJson(int code) {
        status = code;
        assertThat(webhook(server.getAddress().getPort()).tell(TOLD)).isEmpty();
        assertThat(requests).containsExactly("POST /services/s3cret?key=s3cret application/json {\"text\": \"grüße\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 404, 500})
    void tell_notTaken_saysHowWithTheHostOnly(int code) {
        status = code;
        assertThat(webhook(server.getAddress().getPort()).tell(TOLD))
                .contains("webhook at 127.0.0.1 was not told of the release: it answered HTTP " + code
                        + ": check release_webhook_url");
        assertThat(requests).as("neither repeated nor redirected").hasSize(1);
    }

    @Test
    void tell_nobodyListens_saysSo() {
        server.stop(0);
        assertThat(webhook(server.getAddress().getPort()).tell(TOLD))
                .contains("webhook at 127.0.0.1 was not told of the release: it did not take it (ConnectException)");
    }

    @Test
    void tell_neverAnswered_isGivenUp() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(webhook(mute.getLocalPort(), Duration.ofSeconds(5)).tell(TOLD))
                    .contains(
                            "webhook at 127.0.0.1 was not told of the release: it did not take it (HttpTimeoutException)");
        }
    }

    @Test
    void tell_stopped_keepsTheInterrupt() {
        Thread.currentThread().interrupt();
        assertThat(webhook(server.getAddress().getPort()).tell(TOLD))
                .contains(
                        "webhook at 127.0.0.1 was not told of the release: it was not waited for, as the run was stopped");
        assertThat(Thread.interrupted()).isTrue();
    }
}
