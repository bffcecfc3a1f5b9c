package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Answers in the service's wire format become listeners. */
class SdkBalancerReaderTest {
    private static final String GONE =
            "<ErrorResponse><Error><Type>Sender</Type><Code>TargetGroupNotFound</Code><Message>none</Message></Error></ErrorResponse>";

    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean gone = request.contains("gone");
            byte[] answer = (gone ? GONE : request.contains("DescribeListeners") ? listeners() : targetGroup())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(gone ? 400 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String targetGroup() {
        return """
                <DescribeTargetGroupsResponse><DescribeTargetGroupsResult><TargetGroups><member>
                <TargetGroupArn>tg-1</TargetGroupArn><LoadBalancerArns><member>lb-1</member></LoadBalancerArns>
                </member></TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>""";
    }

    private static String listeners() {
        return """
                <DescribeListenersResponse><DescribeListenersResult><Listeners>
                <member><Protocol>HTTP</Protocol><Port>80</Port><DefaultActions><member><Type>forward</Type>
                <TargetGroupArn>tg-1</TargetGroupArn><ForwardConfig><TargetGroups><member><TargetGroupArn>tg-1</TargetGroupArn>
                </member></TargetGroups></ForwardConfig></member></DefaultActions></member>
                <member><Protocol>HTTPS</Protocol><Port>443</Port><DefaultActions><member><Type>forward</Type><ForwardConfig><TargetGroups>
                <member><TargetGroupArn>tg-2</TargetGroupArn></member><member><TargetGroupArn>tg-1</TargetGroupArn></member>
                </TargetGroups></ForwardConfig></member></DefaultActions></member>
                <member><Protocol>HTTP</Protocol><Port>81</Port><DefaultActions><member><Type>fixed-response</Type>
                </member></DefaultActions></member>
                </Listeners></DescribeListenersResult></DescribeListenersResponse>""";
    }

    private List<Listener> read(String... targetGroups) {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        StaticCredentialsProvider keys = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
        try (AwsClients clients = new AwsClients(new AwsSettings("eu-west-1", endpoint, keys))) {
            return clients.balancerReader().listeners(List.of(targetGroups));
        }
    }

    @Test
    void listeners_ofOneBalancerOfTwoTargetGroups_areReadOnceWithWhatTheyForwardTo() {
        assertThat(read("tg-1", "tg-2"))
                .containsExactly(
                        new Listener("HTTP", 80, List.of("tg-1")),
                        new Listener("HTTPS", 443, List.of("tg-1", "tg-2")),
                        new Listener("HTTP", 81, List.of()));
    }

    @Test
    void listeners_targetGroupIsGone_doNotMissTheOthers() {
        assertThat(read("tg-gone")).isEmpty();
        assertThat(read("tg-gone", "tg-1")).hasSize(3);
        assertThat(read()).isEmpty();
    }
}
