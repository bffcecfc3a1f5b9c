package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.InstanceState;
import io.jenkins.plugins.amideploy.engine.rollout.TargetState;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Answers in the services' wire format become a snapshot, words that no SDK knows included. */
class SdkGroupReaderTest {
    private static final String ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/abc";

    private final Map<String, String> answers = new HashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    /** As many calls are answered with "too fast" before the others. */
    private volatile int throttled;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String action = request.replaceAll("(?s).*Action=(\\w+).*", "$1");
            asked.add(request);
            if (throttled > 0) {
                throttled--;
                byte[] no =
                        "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"
                                .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(400, no.length);
                exchange.getResponseBody().write(no);
                exchange.close();
                return;
            }
            String inner = answers.getOrDefault(action, "");
            String xml = "<%1$sResponse><%1$sResult>%2$s</%1$sResult></%1$sResponse>".formatted(action, inner);
            byte[] answer = xml.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private GroupSnapshot read() {
        try (AwsClients clients = new AwsClients(settings())) {
            return clients.groupReader().read("web");
        }
    }

    private AwsSettings settings() {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        StaticCredentialsProvider keys = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
        return new AwsSettings("eu-west-1", endpoint, keys);
    }

    @Test
    void readAll_manyGroups_asksForAHundredWithOneCall() {
        answers.put("DescribeAutoScalingGroups", "<AutoScalingGroups/>");
        List<String> names = IntStream.range(0, 120).mapToObj(i -> "web-" + i).toList();
        try (AwsClients clients = new AwsClients(settings())) {
            assertThat(clients.groupReader().readAll(names))
                    .hasSize(120)
                    .allSatisfy((name, group) -> assertThat(group.get()).isEqualTo(GroupSnapshot.missing(name)));
        }
        assertThat(asked).hasSize(2);
    }

    @Test
    void meter_sharedClients_countsEachAttemptAndNoticesTooFastWhereTheNextAttemptHidesIt() {
        answers.put("DescribeAutoScalingGroups", "<AutoScalingGroups/>");
        throttled = 1;
        CallMeter meter = new CallMeter();
        AtomicInteger tooFast = new AtomicInteger();
        meter.tell(new CallMeter.Listener() {
            @Override
            public void called() {}

            @Override
            public void throttled() {
                tooFast.incrementAndGet();
            }
        });
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
        try (AwsClients clients =
                new AwsClients(settings(), null, Duration.ofSeconds(60), new ClientSharing(timers, meter))) {
            clients.groupReader().read("web");
        }
        assertThat(meter.calls()).isEqualTo(2);
        assertThat(tooFast).hasValue(1);
        assertThat(timers.isShutdown()).as("closed by whoever made it").isFalse();
        timers.shutdownNow();
    }

    @Test
    void read_noSuchGroup_isMissing() {
        answers.put("DescribeAutoScalingGroups", "<AutoScalingGroups/>");
        assertThat(read()).isEqualTo(GroupSnapshot.missing("web"));
    }

    @Test
    void read_wordsThatNoSdkKnows_areKept() {
        answers.put(
                "DescribeAutoScalingGroups",
                """
                <AutoScalingGroups><member><AutoScalingGroupName>web</AutoScalingGroupName>
                <MinSize>1</MinSize><MaxSize>2</MaxSize><DesiredCapacity>1</DesiredCapacity><HealthCheckGracePeriod>60</HealthCheckGracePeriod>
                <LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><Version>2</Version></LaunchTemplate>
                <TrafficSources><member><Identifier>%1$s</Identifier><Type>elbv2</Type></member></TrafficSources>
                <TargetGroupARNs><member>%1$s</member></TargetGroupARNs>
                <SuspendedProcesses><member><ProcessName>Launch</ProcessName></member></SuspendedProcesses>
                <Instances><member><InstanceId>i-1</InstanceId><LifecycleState>Levitating</LifecycleState><HealthStatus>Glowing</HealthStatus>
                <AvailabilityZone>eu-west-1a</AvailabilityZone><ProtectedFromScaleIn>true</ProtectedFromScaleIn></member></Instances>
                </member></AutoScalingGroups>"""
                        .formatted(ARN));
        answers.put(
                "DescribeTargetHealth",
                """
                <TargetHealthDescriptions><member><Target><Id>i-1</Id><Port>80</Port></Target>
                <TargetHealth><State>dreaming</State><Reason>Target.Asleep</Reason></TargetHealth></member></TargetHealthDescriptions>""");
        answers.put(
                "DescribeInstanceRefreshes",
                """
                <InstanceRefreshes><member><InstanceRefreshId>r-1</InstanceRefreshId><Status>Marinating</Status></member></InstanceRefreshes>""");
        answers.put(
                "DescribeScalingActivities",
                """
                <Activities><member><ActivityId>a-1</ActivityId><Description>Launching a new EC2 instance: i-1</Description>
                <StatusCode>Pondering</StatusCode><StartTime>2026-01-01T10:00:00Z</StartTime></member></Activities>""");
        GroupSnapshot snapshot = read();
        assertThat(snapshot.template()).isEqualTo(new TemplateVersion("lt-1", "2"));
        assertThat(snapshot.suspendedProcesses()).containsExactly("Launch");
        assertThat(snapshot.instances())
                .containsExactly(new InstanceState("i-1", "Levitating", "Glowing", null, "eu-west-1a", true));
        assertThat(snapshot.targetGroups()).as("named in both lists, read once").hasSize(1);
        assertThat(snapshot.targetGroups().get(0).name()).isEqualTo("web");
        assertThat(snapshot.targetGroups().get(0).targets())
                .containsExactly(new TargetState("i-1", 80, "dreaming", "Target.Asleep", ""));
        assertThat(snapshot.refreshes().get(0).isOver()).isFalse();
        assertThat(snapshot.activities().get(0).instanceId()).contains("i-1");
    }
}
