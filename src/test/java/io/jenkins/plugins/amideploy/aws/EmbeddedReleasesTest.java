package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Audience;
import io.jenkins.plugins.amideploy.engine.release.Announcement;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;

/** Records, claims and announcements at an endpoint on this machine. */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
class EmbeddedReleasesTest {
    private final AwsClients clients =
            new AwsClients(AwsSettings.fromEnvironment(System.getenv("AWS_REGION"), System.getenv()));
    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final AppId app = new AppId("app-" + unique, "demo");

    @AfterEach
    void close() {
        clients.close();
    }

    private ObjectStore bucket() {
        clients.stateBucket().create("releases-" + unique);
        return clients.objects("releases-" + unique);
    }

    private Begin draft(String build) {
        return new Begin(0, app, Begin.Kind.DEPLOYMENT, Optional.empty(), Instant.now(), build, "", "");
    }

    private static <T> List<T> together(int count, Callable<T> each) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<T> results = new CopyOnWriteArrayList<>();
            for (Future<T> done : threads.invokeAll(
                    IntStream.range(0, count).mapToObj(number -> each).toList())) {
                results.add(done.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void releases_begunAtOnce_haveNumbersOfTheirOwnAndAllAreInTheHistory() throws Exception {
        ObjectStore bucket = bucket();
        List<Integer> numbers = together(6, () -> {
            ReleaseStore releases = new ReleaseStore(bucket, app, new TinyJson(), new TinyJson());
            Release begun = releases.begin(draft(UUID.randomUUID().toString()));
            End end = new End(
                    End.Result.HEALTHY,
                    Instant.now(),
                    Facts.none().with(Facts.Name.IMAGE_ID, "ami-" + begun.number()),
                    Optional.empty());
            return releases.end(begun.begin(), end).number();
        });
        assertThat(new TreeSet<>(numbers)).isEqualTo(new TreeSet<>(Set.of(1, 2, 3, 4, 5, 6)));
        ReleaseStore releases = new ReleaseStore(bucket, app, new TinyJson(), new TinyJson());
        assertThat(releases.history())
                .extracting(Release::imageId)
                .containsExactly("ami-6", "ami-5", "ami-4", "ami-3", "ami-2", "ami-1");
        assertThat(ReleaseStore.environments(bucket, app.app())).containsExactly("demo");
    }

    @Test
    void environment_takenAtOnce_isOnes() throws Exception {
        ObjectStore bucket = bucket();
        List<Boolean> held = together(6, () -> {
            EnvironmentClaims claims =
                    new EnvironmentClaims(bucket, app, new TinyJson(), new TinyJson(), Clock.systemUTC());
            Owner owner = new Owner(UUID.randomUUID().toString(), "", "host", "", 1, "");
            return claims.take(owner, other -> Life.LIVES, false).held().isPresent();
        });
        assertThat(held).containsOnlyOnce(true);
    }

    @Test
    void topic_isToldInItsOwnRegion_orSaysWhyNot() throws IOException {
        List<String> received = new CopyOnWriteArrayList<>();
        HttpServer subscriber = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        subscriber.createContext("/", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        subscriber.start();
        try (SnsClient sns = SnsClient.builder().region(Region.AP_SOUTH_1).build()) {
            String topic = sns.createTopic(request -> request.name("releases-" + unique))
                    .topicArn();
            sns.subscribe(request -> request.topicArn(topic)
                    .protocol("http")
                    .endpoint("http://127.0.0.1:" + subscriber.getAddress().getPort() + "/"));
            assertThat(tell(topic)).isEmpty();
            assertThat(received).singleElement().asString().contains("web-demo release 1 healthy", "\\\"number\\\": 1");
            sns.deleteTopic(request -> request.topicArn(topic));
            assertThat(tell(topic)).get().asString().startsWith("topic " + topic + " was not told of the release: ");
        } finally {
            subscriber.stop(0);
        }
    }

    private Optional<String> tell(String topic) {
        return clients.announcers(new Audience(Optional.of(topic), Optional.empty()))
                .get(0)
                .tell(new Announcement("web-demo release 1 healthy", "{\"number\": 1}"));
    }
}
