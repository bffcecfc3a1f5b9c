package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.Audience;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import io.jenkins.plugins.amideploy.engine.doctor.EnvironmentReader;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.release.Announcer;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.stack.ProtectionReader;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceReader;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceWriter;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.route53.Route53Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Makes the SDK's clients for one region and hands out the engine's ports over them. A front door opens one for its run and closes it at the end;
 * clients are made at first use and share one connection pool. Who waits with many others takes them with {@link ClientSharing}.
 *
 * <p>Retries are the SDK's standard strategy with more attempts than its default of three, because a poll that is throttled must not fail a deployment
 * (AWS SDKs and Tools reference, "Retry behavior").
 */
public final class AwsClients implements AutoCloseable {
    /**
     * Attempts for each call, the first included: with the standard back-off more than a minute of throttling is borne, and where three of ten calls
     * are throttled, one of two hundred thousand fails.
     */
    private static final int MAX_ATTEMPTS = 10;

    /** One attempt; AWS answers these calls within a few seconds. */
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(30);

    /** One call with all its attempts; longer would hide from the user that nothing answers. */
    public static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);

    /** See {@link CallMeter}. */
    private static final Set<String> UNMETERED = Set.of("S3", "STS");

    private final AwsSettings settings;
    private final Duration patience;
    private final ClientSharing sharing;
    private final Connections connections;
    private final SecondLook secondLook;
    private final ClockWatch clock = new ClockWatch(InstantSource.system());
    private final Lazy<StsClient> plainSts;
    private final Lazy<Ec2Client> ec2ThatKnowsRegions;
    private final Lazy<AutoScalingClient> autoScaling;
    private final Lazy<Ec2Client> ec2;
    private final Lazy<ElasticLoadBalancingV2Client> balancing;
    private final Lazy<CloudWatchClient> cloudWatch;
    private final Lazy<S3Client> s3;
    private final Lazy<ServiceQuotasClient> quotas;
    private final Lazy<StsClient> sts;
    private final Lazy<IamClient> iam;
    private final Lazy<Route53Client> route53;
    private final Lazy<SsmClient> ssm;
    private final Lazy<SecretsManagerClient> secrets;

    public AwsClients(AwsSettings settings) {
        this(settings, null);
    }

    /**
     * With a proxy of the caller's.
     *
     * @param proxy null: what environment and system properties say, see {@link EnvironmentProxy}
     * @throws IllegalArgumentException naming the variable of the environment that cannot be heeded
     */
    public AwsClients(AwsSettings settings, ProxyConfiguration proxy) {
        this(settings, proxy, CALL_TIMEOUT);
    }

    /** @param patience how long one call may take, with all its attempts: less than {@link #CALL_TIMEOUT} where a person waits */
    public AwsClients(AwsSettings settings, ProxyConfiguration proxy, Duration patience) {
        this(settings, proxy, patience, null);
    }

    /** @param sharing null: not shared; they end with who made them */
    public AwsClients(AwsSettings settings, ProxyConfiguration proxy, Duration patience, ClientSharing sharing) {
        this.sharing = sharing;
        this.settings = Objects.requireNonNull(settings);
        this.patience = Objects.requireNonNull(patience);
        this.connections = new Connections(proxy, System.getenv(), ATTEMPT_TIMEOUT);
        this.plainSts = new Lazy<>(() -> plain(StsClient.builder(), "STS", settings.region()));
        this.ec2ThatKnowsRegions = new Lazy<>(() -> plain(Ec2Client.builder(), "EC2", SecondLook.KNOWS_ALL_REGIONS));
        this.secondLook = new SecondLook(settings.region(), ec2ThatKnowsRegions, plainSts);
        this.autoScaling = new Lazy<>(() -> build(AutoScalingClient.builder(), "AUTO_SCALING"));
        this.ec2 = new Lazy<>(() -> build(Ec2Client.builder(), "EC2"));
        this.balancing = new Lazy<>(() -> build(ElasticLoadBalancingV2Client.builder(), "ELASTIC_LOAD_BALANCING_V2"));
        this.cloudWatch = new Lazy<>(() -> build(CloudWatchClient.builder(), "CLOUDWATCH"));
        this.s3 = new Lazy<>(
                () -> build(S3Client.builder().forcePathStyle(needsPathStyle(settings.endpoint("S3"))), "S3"));
        this.quotas = new Lazy<>(() -> build(ServiceQuotasClient.builder(), "SERVICE_QUOTAS"));
        this.sts = new Lazy<>(() -> build(StsClient.builder(), "STS"));
        this.iam = new Lazy<>(() -> build(IamClient.builder(), "IAM"));
        this.route53 = new Lazy<>(() -> build(Route53Client.builder(), "ROUTE_53"));
        this.ssm = new Lazy<>(() -> build(SsmClient.builder(), "SSM"));
        this.secrets = new Lazy<>(() -> build(SecretsManagerClient.builder(), "SECRETS_MANAGER"));
    }

    public GroupReader groupReader() {
        return new SdkGroupReader(
                autoScaling.get(),
                balancing.get(),
                new SdkEvidenceReader(autoScaling.get(), balancing.get(), ec2, cloudWatch));
    }

    public GroupWriter groupWriter() {
        return new SdkGroupWriter(autoScaling.get());
    }

    public BalancerReader balancerReader() {
        return new SdkBalancerReader(balancing.get());
    }

    public ResourceReader resourceReader() {
        return resources();
    }

    private SdkResourceReader resources() {
        return new SdkResourceReader(ec2.get(), autoScaling.get(), balancing.get(), cloudWatch.get(), roles());
    }

    public StandingReader standingReader() {
        return new SdkStandingReader(resources(), ec2.get(), balancing.get());
    }

    public ResourceWriter resourceWriter() {
        return new SdkResourceWriter(ec2.get(), autoScaling.get(), balancing.get(), cloudWatch.get(), roles());
    }

    private InstanceRoles roles() {
        return new InstanceRoles(iam.get(), settings.region());
    }

    /** Tells of load balancers that must not be deleted. */
    public ProtectionReader protectionReader() {
        return new SdkBalancerReader(balancing.get());
    }

    public EnvironmentReader environmentReader() {
        return new SdkEnvironmentReader(route53, ssm, secrets);
    }

    public AccountReader accountReader() {
        return new SdkAccountReader(ec2, sts, quotas, clock);
    }

    /** Which account the calls go to; empty where STS does not say it within seconds. */
    public Optional<String> account() {
        try {
            return Optional.of(plainSts.get().getCallerIdentity().account());
        } catch (SdkException unknown) {
            return Optional.empty();
        }
    }

    public ImageReader imageReader() {
        return new SdkImageReader(ec2.get());
    }

    public StateBucketPort stateBucket() {
        return new S3StateBucket(s3.get(), settings.region());
    }

    /** Those who are to be told of releases; a webhook through the proxy that the process has. */
    public List<Announcer> announcers(Audience audience) {
        HttpClient.Builder builder = HttpClient.newBuilder();
        EnvironmentProxy.selector(System.getenv()).ifPresent(builder::proxy);
        return announcers(audience, builder);
    }

    /** @param builder for a webhook, with the caller's proxy */
    public List<Announcer> announcers(Audience audience, HttpClient.Builder builder) {
        List<Announcer> announcers = new ArrayList<>();
        audience.topicArn()
                .ifPresent(
                        arn -> announcers.add(new SnsTopic(arn, region -> build(SnsClient.builder(), "SNS", region))));
        audience.webhook().ifPresent(url -> announcers.add(new Webhook(url, builder)));
        return announcers;
    }

    /** Small texts in a state bucket, which need not exist. */
    public ObjectStore objects(String bucket) {
        return new S3ObjectStore(s3.get(), bucket);
    }

    @Override
    public void close() {
        autoScaling.close();
        ec2.close();
        balancing.close();
        cloudWatch.close();
        s3.close();
        quotas.close();
        sts.close();
        iam.close();
        route53.close();
        ssm.close();
        secrets.close();
        plainSts.close();
        ec2ThatKnowsRegions.close();
        connections.close();
    }

    /** @param service as {@code AWS_ENDPOINT_URL_…} names it */
    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(B builder, String service) {
        return build(builder, service, settings.region());
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(
            B builder, String service, String region) {
        return build(
                builder,
                service,
                region,
                ClientOverrideConfiguration.builder()
                        .addExecutionInterceptor(secondLook)
                        .addExecutionInterceptor(clock)
                        .retryStrategy(retries())
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        .apiCallTimeout(patience));
    }

    private RetryStrategy retries() {
        return sharing == null
                ? AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(MAX_ATTEMPTS)
                        .build()
                : AwsRetryStrategy.adaptiveRetryStrategy().toBuilder()
                        .maxAttempts(MAX_ATTEMPTS)
                        .build();
    }

    /** For what is asked about an answer: without such questions of its own, and soon over. */
    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C plain(
            B builder, String service, String region) {
        return build(
                builder, service, region, ClientOverrideConfiguration.builder().apiCallTimeout(SecondLook.PATIENCE));
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(
            B builder, String service, String region, ClientOverrideConfiguration.Builder how) {
        if (sharing != null) {
            how.scheduledExecutorService(sharing.timers());
            if (!UNMETERED.contains(service)) {
                how.addExecutionInterceptor(sharing.meter().interceptor());
            }
        }
        AwsCredentialsProvider credentials = settings.credentials();
        if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        URI endpoint = settings.endpoint(service);
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.region(Region.of(region))
                .httpClient(connections.to(endpoint))
                .overrideConfiguration(how.build())
                .build();
    }

    /** A bucket name cannot be put before an address, nor before {@code localhost}; AWS's own names do without. */
    static boolean needsPathStyle(URI endpoint) {
        if (endpoint == null || endpoint.getHost() == null) {
            return false;
        }
        String host = endpoint.getHost();
        return host.equals("localhost") || host.startsWith("[") || host.matches("[0-9.]+") || isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
