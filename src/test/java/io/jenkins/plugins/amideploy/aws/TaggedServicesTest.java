package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.engine.teardown.Inventory;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Load balancers, of which two are deleted by somebody between the list and the question for their tags. */
class TaggedServicesTest {
    private static final List<String> LISTED =
            IntStream.range(0, 25).mapToObj(each -> "lb-" + each).toList();
    private static final List<String> GONE = List.of("lb-3", "lb-21");

    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request = URLDecoder.decode(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8);
            List<String> asked = Pattern.compile("ResourceArns\\.member\\.\\d+=([^&]+)")
                    .matcher(request)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList();
            boolean gone = asked.stream().anyMatch(GONE::contains);
            byte[] answer = (gone ? gone() : request.contains("DescribeTags") ? tags(asked) : answer(request))
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

    private static String gone() {
        return "<ErrorResponse><Error><Type>Sender</Type><Code>LoadBalancerNotFound</Code>"
                + "<Message>One or more load balancers not found</Message></Error></ErrorResponse>";
    }

    private static String tags(List<String> arns) {
        return arns.stream()
                .map(arn -> "<member><ResourceArn>" + arn + "</ResourceArn><Tags><member><Key>ami-deploy:app</Key>"
                        + "<Value>web</Value></member></Tags></member>")
                .collect(Collectors.joining(
                        "",
                        "<DescribeTagsResponse><DescribeTagsResult><TagDescriptions>",
                        "</TagDescriptions></DescribeTagsResult></DescribeTagsResponse>"));
    }

    private static String answer(String request) {
        if (!request.contains("DescribeLoadBalancers")) {
            return "<Empty/>";
        }
        return LISTED.stream()
                .map(arn -> "<member><LoadBalancerArn>" + arn + "</LoadBalancerArn><LoadBalancerName>" + arn
                        + "</LoadBalancerName></member>")
                .collect(Collectors.joining(
                        "",
                        "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers>",
                        "</LoadBalancers></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>"));
    }

    @Test
    void balancerThatVanishesBetweenTwoCalls_hidesNoOther() {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        StaticCredentialsProvider keys = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
        try (AwsClients clients = new AwsClients(new AwsSettings("eu-west-1", endpoint, keys))) {
            Inventory found = clients.resourceReader().find("web");

            assertThat(found.resources())
                    .extracting(Resource::id)
                    .containsExactlyInAnyOrderElementsOf(
                            LISTED.stream().filter(arn -> !GONE.contains(arn)).toList());
            assertThat(found.unread()).noneMatch(line -> line.contains("LoadBalancerNotFound"));
        }
    }
}
