package io.jenkins.plugins.amideploy.jenkins.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import hudson.EnvVars;
import hudson.ProxyConfiguration;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;

/** Calls to AWS go through the controller's proxy, but for the hosts that it excepts. */
@ExtendWith(OneController.class)
class ControllerProxyTest {
    private static final String ANSWER =
            """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
            <Arn>arn:aws:iam::123456789012:user/deployer</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
            </GetCallerIdentityResult></GetCallerIdentityResponse>
            """;

    private final List<String> proxied = new CopyOnWriteArrayList<>();
    private final List<String> direct = new CopyOnWriteArrayList<>();
    private JenkinsRule r;
    private HttpServer proxy;
    private HttpServer aws;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        proxy = server(proxied);
        aws = server(direct);
    }

    @AfterEach
    void tearDown() {
        proxy.stop(0);
        aws.stop(0);
    }

    @Test
    void clients_withAProxy_callThroughIt() throws Exception {
        r.jenkins.setProxy(
                new ProxyConfiguration("127.0.0.1", proxy.getAddress().getPort()));

        assertThat(account("http://aws.example.invalid")).isEqualTo("123456789012");

        assertThat(proxied).containsExactly("http://aws.example.invalid/");
    }

    @Test
    void clients_hostThatTheProxyExcepts_isCalledDirectly() throws Exception {
        r.jenkins.setProxy(new ProxyConfiguration(
                "127.0.0.1", proxy.getAddress().getPort(), null, null, "*.example.org\n127.0.*"));

        assertThat(account("http://127.0.0.1:" + aws.getAddress().getPort())).isEqualTo("123456789012");

        assertThat(proxied).isEmpty();
        assertThat(direct).containsExactly("/");
    }

    private static String account(String endpoint) throws Exception {
        EnvVars env = new EnvVars("AWS_ACCESS_KEY_ID", "test", "AWS_SECRET_ACCESS_KEY", "test");
        try (AwsPorts ports =
                new AwsPorts(new AwsAccess(null, null, "us-east-1", endpoint), null, env, Clock.systemUTC())) {
            return ports.clients().accountReader().identity().account();
        }
    }

    /** Answers everything as STS would, and notes what it was asked for: a proxy is asked for whole URLs. */
    private static HttpServer server(List<String> asked) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}
