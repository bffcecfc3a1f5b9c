package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import io.jenkins.plugins.amideploy.engine.image.Architecture;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.state.StateBucketSetup;
import io.jenkins.plugins.amideploy.engine.state.StateBucketSetup.Step;
import io.jenkins.plugins.amideploy.engine.teardown.Kept;
import io.jenkins.plugins.amideploy.engine.teardown.Ledger;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPoll;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownState;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownStep;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.s3.S3Client;

/** The ports of doctor, state bucket and teardown at an endpoint on this machine. */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
class EmbeddedAccountTest {
    private final AwsClients clients =
            new AwsClients(AwsSettings.fromEnvironment(System.getenv("AWS_REGION"), System.getenv()));
    private final String unique = UUID.randomUUID().toString().substring(0, 8);

    @AfterEach
    void close() {
        clients.close();
    }

    @Test
    void account_isReadAsItIs() {
        AccountReader account = clients.accountReader();
        assertThat(account.identity().account()).matches("[0-9]{12}");
        AccountReader.Vpc vpc = account.vpc(null).orElseThrow();
        assertThat(vpc.isDefault()).isTrue();
        assertThat(account.vpc("vpc-0123456789abcdef0")).isEmpty();
        assertThat(account.subnets(vpc.id())).hasSizeGreaterThan(1);
        assertThat(account.keyPairExists("none-" + unique)).isFalse();
        assertThat(account.vcpus("t3.small")).contains(2);
        assertThat(account.vcpusInUse()).isNotNegative();
        account.vcpuQuota();
        assertThat(account.denial(AccountReader.DryRun.RUN_INSTANCES)).isEmpty();
    }

    @Test
    void stateBucket_isMadeSafeAndStaysSo() {
        StateBucketPort port = clients.stateBucket();
        String bucket = "state-" + unique;
        StateBucketSetup setup = StateBucketSetup.of(port.status(bucket));
        assertThat(setup.steps()).containsExactly(Step.values());
        setup.perform(port);
        assertThat(port.status(bucket).isSafe()).isTrue();
        assertThat(StateBucketSetup.of(port.status(bucket)).steps()).isEmpty();
    }

    /** In a bucket that lets requests without TLS in, because this endpoint has none. */
    @Test
    void lock_isReadWhileItIsHeld() {
        StateBucketPort port = clients.stateBucket();
        String bucket = "locked-" + unique;
        port.create(bucket);
        assertThat(port.lock(bucket, "web/prod/terraform.tfstate")).isEmpty();
        try (S3Client s3 = S3Client.builder().forcePathStyle(true).build()) {
            s3.putObject(
                    request -> request.bucket(bucket).key("web/prod/terraform.tfstate.tflock"),
                    RequestBody.fromString("{\"ID\":\"abc\",\"Who\":\"ci@agent\"}"));
        }
        assertThat(port.lock(bucket, "web/prod/terraform.tfstate").orElseThrow().who())
                .isEqualTo("ci@agent");
    }

    @Test
    void objects_areWrittenOnConditions_andWithoutABucketThereAreNone() {
        ObjectStore none = clients.objects("none-" + unique);
        assertThat(none.list("web/")).isEmpty();
        assertThat(none.read("web/a")).isEmpty();
        none.delete("web/a");
        assertThatThrownBy(() -> none.create("web/a", "1"))
                .isInstanceOfSatisfying(
                        AwsFailure.class, failure -> assertThat(failure.kind()).isEqualTo(AwsFailure.Kind.NOT_FOUND));

        clients.stateBucket().create("objects-" + unique);
        ObjectStore store = clients.objects("objects-" + unique);
        assertThat(store.create("web/a", "1")).isTrue();
        assertThat(store.create("web/a", "2")).isFalse();
        String version = store.read("web/a").orElseThrow().version();
        assertThat(store.replace("web/a", "3", version)).isTrue();
        assertThat(store.replace("web/a", "4", version)).isFalse();
        assertThat(store.read("web/a").orElseThrow().text()).isEqualTo("3");
        store.write("web/b", "5");
        assertThat(store.list("web/")).containsExactly("web/a", "web/b");
        store.delete("web/a");
        assertThat(store.replace("web/a", "6", version)).isFalse();
        assertThat(store.list("web/")).containsExactly("web/b");
    }

    @Test
    void teardown_removesImagesAndLeftoversAndTouchesNothingElse() {
        AppId app = new AppId("app-" + unique, "test");
        try (Ec2Client ec2 = Ec2Client.create()) {
            ec2.createKeyPair(request ->
                    request.keyName("mine-" + unique).tagSpecifications(tags(app, ResourceType.KEY_PAIR, true)));
            ec2.createKeyPair(request -> request.keyName("other-" + unique));
            String instance = ec2.runInstances(request -> request.imageId(clients.imageReader()
                                    .newest("136693071363", "debian-12-amd64-*", Architecture.X86_64)
                                    .orElseThrow()
                                    .amiId())
                            .instanceType("t3.small")
                            .minCount(1)
                            .maxCount(1)
                            .tagSpecifications(tags(app, ResourceType.INSTANCE, true)))
                    .instances()
                    .get(0)
                    .instanceId();
            ec2.waiter().waitUntilInstanceRunning(request -> request.instanceIds(instance));
            ec2.createImage(request -> request.instanceId(instance)
                    .name("image-" + unique)
                    .tagSpecifications(tags(app, ResourceType.IMAGE, false), tags(app, ResourceType.SNAPSHOT, false)));
            ec2.waiter()
                    .waitUntilImageAvailable(request -> request.filters(List.of(Filter.builder()
                            .name("name")
                            .values("image-" + unique)
                            .build())));
            assertThat(clients.resourceReader().find(app.app()).resources())
                    .extracting(Resource::kind)
                    .contains(
                            Resource.Kind.KEY_PAIR,
                            Resource.Kind.INSTANCE,
                            Resource.Kind.IMAGE,
                            Resource.Kind.SNAPSHOT);
            TeardownStep end = tearDown(app);
            assertThat(end.leftovers()).isEmpty();
            assertThat(end.isClean()).as(end.toString()).isTrue();
            assertThat(clients.accountReader().keyPairExists("other-" + unique)).isTrue();
            assertThat(clients.accountReader().keyPairExists("mine-" + unique)).isFalse();
        }
    }

    @Test
    void teardown_imageThatAnotherEnvironmentStarts_staysUntilThatIsGone() {
        AppId demo = new AppId("app-" + unique, "demo");
        AppId prod = new AppId("app-" + unique, "prod");
        try (Ec2Client ec2 = Ec2Client.create()) {
            String instance = ec2.runInstances(request -> request.imageId(clients.imageReader()
                                    .newest("136693071363", "debian-12-amd64-*", Architecture.X86_64)
                                    .orElseThrow()
                                    .amiId())
                            .instanceType("t3.small")
                            .minCount(1)
                            .maxCount(1)
                            .tagSpecifications(tags(demo, ResourceType.INSTANCE, true)))
                    .instances()
                    .get(0)
                    .instanceId();
            ec2.waiter().waitUntilInstanceRunning(request -> request.instanceIds(instance));
            String image = ec2.createImage(request -> request.instanceId(instance)
                            .name("shared-" + unique)
                            .tagSpecifications(TagSpecification.builder()
                                    .resourceType(ResourceType.IMAGE)
                                    .tags(tag(Tags.APP, demo.app()), tag(Tags.FINGERPRINT, "f" + unique))
                                    .build()))
                    .imageId();
            ec2.waiter().waitUntilImageAvailable(request -> request.imageIds(image));
            String template = ec2.createLaunchTemplate(request -> request.launchTemplateName("prod-" + unique)
                            .launchTemplateData(data -> data.imageId(image))
                            .tagSpecifications(tags(prod, ResourceType.LAUNCH_TEMPLATE, false)))
                    .launchTemplate()
                    .launchTemplateId();

            TeardownStep kept = tearDown(demo);
            assertThat(kept.isClean()).as(kept.toString()).isTrue();
            assertThat(kept.kept())
                    .extracting(Kept::text)
                    .containsExactly("keeps image " + image + " (shared-" + unique + "): prod can start it (" + template
                            + " version 1)");

            ec2.deleteLaunchTemplate(request -> request.launchTemplateId(template));
            String runs = ec2.runInstances(request -> request.imageId(image)
                            .instanceType("t3.small")
                            .minCount(1)
                            .maxCount(1))
                    .instances()
                    .get(0)
                    .instanceId();
            assertThat(tearDown(demo).kept()).extracting(Kept::why).containsExactly("it runs (" + runs + ")");

            ec2.terminateInstances(request -> request.instanceIds(runs));
            ec2.waiter().waitUntilInstanceTerminated(request -> request.instanceIds(runs));
            TeardownStep end = tearDown(prod);
            assertThat(end.isClean()).as(end.toString()).isTrue();
            assertThat(end.kept()).isEmpty();
            assertThat(clients.imageReader().image(image)).isEmpty();
        }
    }

    private TeardownStep tearDown(AppId app) {
        TeardownPoll poll = new TeardownPoll(
                clients.resourceReader(),
                clients.resourceWriter(),
                Ledger.of(clients.objects("none-" + unique), app.app(), "test", Clock.systemUTC(), new TinyJson()),
                app,
                Duration.ofMinutes(1),
                true);
        TeardownStep step = poll.poll(TeardownState.begin(Instant.now()), Instant.now());
        while (!step.over()) {
            step.lines().forEach(System.out::println);
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            step = poll.poll(step.state(), Instant.now());
        }
        return step;
    }

    private static TagSpecification tags(AppId app, ResourceType type, boolean temporary) {
        TagSpecification.Builder tags = TagSpecification.builder().resourceType(type);
        return tags.tags(
                        tag(Tags.APP, app.app()),
                        tag(Tags.ENVIRONMENT, app.environment()),
                        tag(Tags.TEMPORARY, Boolean.toString(temporary)))
                .build();
    }

    private static software.amazon.awssdk.services.ec2.model.Tag tag(String key, String value) {
        return software.amazon.awssdk.services.ec2.model.Tag.builder()
                .key(key)
                .value(value)
                .build();
    }
}
