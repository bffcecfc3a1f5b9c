package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an interrupted apply made and its state never knew goes with the teardown, where the caller says so; a stack that serves stays. */
class TeardownOrphanTest {
    private static final AppId APP = new AppId("web", "prod");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final List<Resource> account = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();

    private static Resource resource(Resource.Kind kind, Map<String, String> tags) {
        return new Resource(kind, "the-id", "web-prod", "", tags, List.of());
    }

    private static Map<String, String> ours() {
        return Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "prod");
    }

    /** Removes from the account whatever is asked for, and notes the call's name. */
    private ResourceWriter writer() {
        return (ResourceWriter) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ResourceWriter.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName() + " " + arguments[0]);
                    account.removeIf(each -> each.id().equals(arguments[0]));
                    return null;
                });
    }

    private TeardownPoll poll() {
        return poll(true);
    }

    private TeardownPoll poll(boolean orphans) {
        ResourceReader reader = new ResourceReader() {
            @Override
            public Inventory find(String app) {
                return new Inventory(account, List.of());
            }

            @Override
            public Inventory temporaries() {
                return new Inventory(List.of(), List.of());
            }

            @Override
            public Inventory untaggedImages(Collection<String> names) {
                return new Inventory(List.of(), List.of());
            }

            @Override
            public ImageUses uses(String app, Collection<String> imageIds) {
                return ImageUses.NONE;
            }
        };
        Ledger ledger = Bucket.ledger(new MemoryStore(), "web", "destroy", () -> NOW);
        return new TeardownPoll(reader, writer(), ledger, APP, Duration.ofMinutes(10), orphans);
    }

    @ParameterizedTest
    @CsvSource({
        "LAUNCH_TEMPLATE, deleteLaunchTemplate",
        "GROUP, deleteGroup",
        "LOAD_BALANCER, deleteLoadBalancer",
        "TARGET_GROUP, deleteTargetGroup",
        "ALARM, deleteAlarm",
        "SECURITY_GROUP, deleteSecurityGroup",
        "INSTANCE, terminateInstance",
    })
    void poll_partOfTheStackThatTheStateNeverKnew_isRemoved(Resource.Kind kind, String call) {
        account.add(resource(kind, ours()));

        TeardownStep first = poll().poll(TeardownState.begin(NOW), NOW);
        TeardownStep second = poll().poll(first.state(), NOW.plusSeconds(5));

        assertThat(calls).containsExactly(call + " the-id");
        assertThat(first.over()).isFalse();
        assertThat(second.isClean()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"IMAGE", "SNAPSHOT", "NETWORK_INTERFACE"})
    void poll_withoutOrphansAndAPartOfTheStackStands_touchesNothing(Resource.Kind kind) {
        account.add(new Resource(Resource.Kind.IMAGE, "ami-1", "", "available", ours(), List.of()));
        account.add(resource(kind, ours()));

        TeardownStep step = poll(false).poll(TeardownState.begin(NOW), NOW);

        assertThat(calls).isEmpty();
        assertThat(step.over()).isTrue();
        assertThat(step.isClean()).isFalse();
        assertThat(step.standing()).extracting(Resource::kind).containsExactly(kind);
    }

    /** As AWS lists them for some minutes after terraform destroy. */
    @Test
    void poll_withoutOrphansAndTheStackIsGoing_waitsForItAndRemovesTheRest() {
        account.add(new Resource(Resource.Kind.INSTANCE, "i-1", "", "shutting-down", ours(), List.of()));
        account.add(new Resource(Resource.Kind.NETWORK_INTERFACE, "eni-1", "", "in-use", ours(), List.of()));
        account.add(new Resource(Resource.Kind.IMAGE, "ami-1", "", "available", ours(), List.of()));

        TeardownStep first = poll(false).poll(TeardownState.begin(NOW), NOW);
        assertThat(calls).containsExactly("deregisterImage ami-1");
        assertThat(first.over()).isFalse();
        account.clear();

        assertThat(poll(false).poll(first.state(), NOW.plusSeconds(5)).isClean())
                .isTrue();
    }

    @Test
    void poll_whatBelongsToAnotherEnvironment_isLeftAlone() {
        account.add(resource(Resource.Kind.LAUNCH_TEMPLATE, Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "test")));

        TeardownStep step = poll().poll(TeardownState.begin(NOW), NOW);

        assertThat(calls).isEmpty();
        assertThat(step.isClean()).isTrue();
    }
}
