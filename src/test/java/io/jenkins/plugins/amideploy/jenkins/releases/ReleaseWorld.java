package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;

import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.aws.AwsSettings;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.state.StateBucketSetup;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** An environment of a test's own in the embedded AWS: group, state bucket with its records, fake tools, and pipelines that deploy to it. */
final class ReleaseWorld implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final EmbeddedAws aws;
    private final AppId app;
    private final String bucket;
    private final AwsClients clients;
    private final EmbeddedGroup group;
    private final FakeTools tools;
    private String more = "";

    ReleaseWorld(EmbeddedAws aws, Path directory) throws Exception {
        this.aws = aws;
        String id = UUID.randomUUID().toString().substring(0, 8);
        this.app = new AppId("web", "e" + id);
        this.bucket = "releases-" + id;
        this.tools = new FakeTools(directory.resolve("tools-" + id));
        this.group = new EmbeddedGroup(aws, app.stackName());
        this.clients = new AwsClients(new AwsSettings(
                "us-east-1",
                URI.create(aws.endpoint()),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))));
        StateBucketPort port = clients.stateBucket();
        StateBucketSetup.of(port.status(bucket).through(aws.endpoint())).perform(port);
        says("1");
    }

    /** What Terraform says of the stack: the group at a version. */
    ReleaseWorld says(String version) throws Exception {
        Files.writeString(
                tools.directory().resolve("output.json"),
                """
                {"url":{"value":"http://127.0.0.9"},"asg_name":{"value":"%s"},"launch_template_id":{"value":"%s"},
                 "launch_template_version":{"value":"%s"},"target_group_arns":{"value":[]},"image_id":{"value":"%s"},
                 "region":{"value":"us-east-1"},"commit":{"value":"c0ffee0123456789"},"app_version":{"value":"v7"}}
                """
                        .formatted(group.name(), group.template(), version, group.image()));
        return this;
    }

    /** Who is told of releases. */
    ReleaseWorld telling(String webhook) {
        more = "release_webhook_url = \"" + webhook + "\"\\n";
        return this;
    }

    EmbeddedGroup group() {
        return group;
    }

    FakeTools tools() {
        return tools;
    }

    AppId app() {
        return app;
    }

    String bucket() {
        return bucket;
    }

    String environment() {
        return app.environment();
    }

    ReleaseStore records() {
        return records(app.environment());
    }

    ReleaseStore records(String environment) {
        return ReleaseRecords.store(objects(), new AppId(app.app(), environment));
    }

    EnvironmentClaims claims() {
        return ReleaseRecords.claims(objects(), app);
    }

    /** The state bucket. */
    ObjectStore objects() {
        return clients.objects(bucket);
    }

    /** A run of a command line on another machine, which has the environment. */
    Owner strangerHolds() {
        Owner stranger = new Owner("cli-ann-1", "", "elsewhere", "b00t", 4711, "");
        claims().take(stranger, owner -> EnvironmentClaims.Life.DEAD, true);
        return stranger;
    }

    /** A proven release of an environment, as any front door records it. */
    Release proven(String environment, String imageId, Map<String, String> settings) {
        return proven(environment, Begin.Kind.DEPLOYMENT, Optional.empty(), imageId, settings);
    }

    /** The environment was rolled back to a release. */
    Release rolledBackTo(Release target) {
        return proven(
                environment(),
                Begin.Kind.ROLLBACK,
                Optional.of(new Begin.Source(environment(), target.number())),
                target.imageId(),
                target.facts().strings(Name.SETTINGS));
    }

    private Release proven(
            String environment,
            Begin.Kind kind,
            Optional<Begin.Source> source,
            String imageId,
            Map<String, String> settings) {
        ReleaseStore store = records(environment);
        Begin begin = store.begin(new Begin(
                        1,
                        new AppId(app.app(), environment),
                        kind,
                        source,
                        Instant.parse("2026-11-20T08:00:00Z"),
                        "cli-ann-1",
                        "",
                        ""))
                .begin();
        Facts facts = Facts.none()
                .with(Name.IMAGE_ID, imageId)
                .with(Name.COMMIT, "0123abcdef")
                .with(Name.APP_VERSION, "1." + source.map(Begin.Source::number).orElse(begin.number()))
                .with(Name.SETTINGS, settings);
        return store.end(
                begin, new End(End.Result.HEALTHY, Instant.parse("2026-11-20T08:09:00Z"), facts, Optional.empty()));
    }

    /** Waits until a release has its end, and gives that. */
    End end(int number) throws Exception {
        Deadline.await(
                LIMIT,
                "end of release " + number,
                () -> records().read(number).flatMap(Release::end).isPresent());
        return records().read(number).flatMap(Release::end).orElseThrow();
    }

    /** Waits until nobody has the environment. */
    void awaitGivenBack() throws Exception {
        Deadline.await(
                LIMIT, "the environment is free", () -> claims().current().isEmpty());
    }

    /** The steps of a deployment without a bake, up to the proof. */
    String deployment() {
        return plan() + apply() + await();
    }

    String bake() {
        return "bakeAmi environment: '" + environment() + "'\n";
    }

    String plan() {
        return "plan = terraformPlan environment: '" + environment() + "', amiId: '" + group.image() + "'\n";
    }

    String apply() {
        return "terraformApply environment: '" + environment() + "', planSha256: plan.planSha256\n";
    }

    String await() {
        return await("1");
    }

    String await(String version) {
        return "awaitAsgHealthy " + group.arguments(version) + ", stabilitySeconds: 1\n";
    }

    WorkflowJob job(JenkinsRule r, String... lines) throws Exception {
        return define(r, onAnAgent(String.join("", List.of(lines))));
    }

    /** The lines with all that they need around them. */
    String onAnAgent(String lines) {
        return """
                node {
                writeFile file: 'environments/%s.pkrvars.hcl', text: 'app = "web"\\nenvironment = "%s"\\nregion = "us-east-1"\\nstate_bucket = "%s"\\n%s'
                withEnv(['PATH+FAKE=%s', 'AWS_ENDPOINT_URL=%s', 'AWS_REGION=us-east-1', 'AWS_EC2_METADATA_DISABLED=true',
                         'GIT_COMMIT=abcdef0123456789abcdef0123456789abcdef01']) {
                %s
                }
                }
                """
                .formatted(
                        environment(), environment(), bucket, more, tools.directory(), aws.endpoint(), withKeys(lines));
    }

    WorkflowRun start(JenkinsRule r, String... lines) throws Exception {
        return job(r, lines).scheduleBuild2(0).waitForStart();
    }

    @Override
    public void close() {
        group.close();
        clients.close();
    }
}
