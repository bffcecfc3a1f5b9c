package io.jenkins.plugins.amideploy.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.doctor.Check.Status;
import io.jenkins.plugins.amideploy.engine.image.Architecture;
import io.jenkins.plugins.amideploy.engine.image.BaseImage;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.state.StateBucketStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
    private static final String BUCKET = "ami-deploy-state-123456789012-eu-west-1";

    private final Map<String, String> tools =
            new HashMap<>(Map.of("packer", "1.16.0", "terraform", "1.11.4", "ansible-playbook", "2.19.1"));
    private final FakeAccount account = new FakeAccount();
    private final FakeBucket bucket = new FakeBucket();
    private DoctorRequest request = request(null, List.of(), null);

    private static DoctorRequest request(String vpc, List<String> subnets, String key) {
        return request(vpc, subnets, key, "");
    }

    private static DoctorRequest request(String vpc, List<String> subnets, String key, String endpoint) {
        return new DoctorRequest(
                "eu-west-1",
                vpc,
                subnets,
                List.of(),
                key,
                BaseImage.DEBIAN_12,
                "",
                "t3.small",
                1,
                null,
                "web/prod/terraform.tfstate",
                endpoint);
    }

    private List<Check> examine() {
        return new Doctor(account, account.images(), bucket, tool -> Optional.ofNullable(tools.get(tool)))
                .examine(request);
    }

    private Check check(String name) {
        return examine().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void examine_everythingThere_isFit() {
        List<Check> checks = examine();
        assertThat(checks).allMatch(check -> check.status() == Status.OK);
        assertThat(Doctor.isFit(checks)).isTrue();
    }

    @Test
    void examine_failingLines_haveACure() {
        tools.clear();
        account.subnets = List.of(new AccountReader.Subnet("subnet-1", "eu-west-1a", false, true, 250));
        account.image = Optional.empty();
        request = request(null, List.of(), "k");
        List<Check> checks = examine();
        assertThat(checks)
                .filteredOn(check -> check.status() == Status.FAIL)
                .hasSize(7)
                .allMatch(check -> !check.cure().isEmpty());
        assertThat(Doctor.isFit(checks)).isFalse();
    }

    @Test
    void examine_vpcWithOneSubnet_saysSoInOneLine() {
        account.subnets = List.of(new AccountReader.Subnet("subnet-1", "eu-west-1a", true, true, 250));
        Check check = check("subnets");
        assertThat(check.status()).isEqualTo(Status.FAIL);
        assertThat(check.seen())
                .isEqualTo("1 subnet of VPC vpc-1 in 1 zone (subnet-1): a load balancer needs two zones");
    }

    @Test
    void examine_subnetOfAnotherVpc_isNamed() {
        request = request("vpc-1", List.of("subnet-1", "subnet-9"), null);
        assertThat(check("subnets").seen()).isEqualTo("subnet-9 not in VPC vpc-1");
    }

    @ParameterizedTest
    @CsvSource({"packer, 1.6.6", "terraform, 1.10.5", "ansible-playbook, 2.14.3"})
    void examine_toolIsTooOld_fails(String tool, String version) {
        tools.put(tool, version);
        assertThat(check(tool).status()).isEqualTo(Status.FAIL);
        assertThat(check(tool).seen()).isEqualTo(version + " is too old");
    }

    @Test
    void examine_noCredentials_saysSoOnceAndChecksTheToolsAllTheSame() {
        account.down =
                new AwsFailure(AwsFailure.Kind.NO_CREDENTIALS, "sts:GetCallerIdentity", "", "no credentials", null);
        List<Check> checks = examine();
        assertThat(checks).filteredOn(check -> check.status() == Status.FAIL).hasSize(1);
        assertThat(checks)
                .filteredOn(check -> check.status() == Status.NOT_CHECKED)
                .hasSize(1);
        assertThat(checks).hasSize(5);
    }

    @Test
    void examine_quotaIsTooSmallForTwiceTheGroup_fails() {
        account.quota = OptionalDouble.of(3);
        assertThat(check("vcpu quota").status()).isEqualTo(Status.FAIL);
        account.quota = OptionalDouble.of(6);
        account.inUse = 4;
        assertThat(check("vcpu quota").status()).isEqualTo(Status.WARN);
        account.quota = OptionalDouble.empty();
        assertThat(check("vcpu quota").status()).isEqualTo(Status.NOT_CHECKED);
    }

    @Test
    void examine_permissionDenied_namesTheAction() {
        account.denied = AccountReader.DryRun.RUN_INSTANCES;
        Check check = check("permission ec2:RunInstances");
        assertThat(check.status()).isEqualTo(Status.FAIL);
        assertThat(check.seen()).isEqualTo("DENIED_EXPLICITLY: ec2:RunInstances is denied by a session policy");
    }

    @ParameterizedTest
    @CsvSource({
        "PT30S, OK, in step with AWS's",
        "PT-3M, WARN, CLOCK_SKEW: this computer's clock is 3 minutes ahead of AWS's",
        "PT15M, FAIL, CLOCK_SKEW: this computer's clock is 15 minutes behind AWS's"
    })
    void examine_clock_isComparedWithTheDateOfAnAnswer(Duration ahead, Status status, String seen) {
        account.clockAhead = ahead;
        assertThat(check("clock").status()).isEqualTo(status);
        assertThat(check("clock").seen()).isEqualTo(seen);
    }

    @Test
    void examine_logInIsDue_saysWhatADeploymentWouldSay() {
        account.down = new AwsFailure(
                AwsFailure.Kind.NO_CREDENTIALS,
                "sts:GetCallerIdentity",
                "",
                new Diagnosis(
                        Cause.LOGIN_NEEDED, "the session has ended", List.of("words"), "", "log in", "aws sso login"),
                null);
        assertThat(check("credentials"))
                .isEqualTo(new Check(
                        "credentials",
                        Status.FAIL,
                        "LOGIN_NEEDED: the session has ended",
                        List.of("words"),
                        "log in",
                        "aws sso login"));
    }

    @Test
    void examine_stateIsLocked_saysByWhom() {
        bucket.lock = Optional.of(
                StateLock.ofObject(
                        "{\"ID\":\"abc\",\"Operation\":\"OperationTypeApply\",\"Who\":\"ci@agent-7\",\"Created\":\"2026-01-01T10:00:00Z\",\"Path\":\"states/web/prod/terraform.tfstate\"}"));
        Check check = check("state lock");
        assertThat(check.seen())
                .isEqualTo(
                        "web/prod/terraform.tfstate is held by ci@agent-7 since 2026-01-01T10:00:00Z for apply (lock abc)");
        assertThat(check.cure()).endsWith("ami-deploy unlock -e prod");
    }

    @Test
    void examine_noBucketYet_warnsOnly() {
        bucket.status = StateBucketStatus.missing(BUCKET);
        assertThat(check("state bucket").status()).isEqualTo(Status.WARN);
        assertThat(check("state lock").status()).isEqualTo(Status.NOT_CHECKED);
        bucket.status = new StateBucketStatus(BUCKET, true, true, "eu-west-1", true, true, true, false);
        assertThat(check("state bucket").status()).isEqualTo(Status.WARN);
        request = request(null, List.of(), null, "http://127.0.0.1:4566");
        assertThat(check("state bucket").seen())
                .as("as deploy left it, through an endpoint without TLS")
                .isEqualTo(BUCKET + ": versioned, encrypted, private");
        request = request(null, List.of(), null);

        bucket.status = StateBucketStatus.foreign(BUCKET);
        assertThat(check("state bucket").status()).isEqualTo(Status.FAIL);
    }

    /** An account that is as it should be, until a test says otherwise. */
    private static final class FakeAccount implements AccountReader {
        private AwsFailure down;
        private List<Subnet> subnets = List.of(
                new Subnet("subnet-1", "eu-west-1a", true, true, 250),
                new Subnet("subnet-2", "eu-west-1b", true, true, 250));
        private Optional<Image> image =
                Optional.of(new Image("ami-1", "debian-12-amd64-1", Instant.EPOCH, List.of(), Map.of()));
        private OptionalDouble quota = OptionalDouble.of(32);
        private int inUse;
        private DryRun denied;
        private Duration clockAhead = Duration.ZERO;

        ImageReader images() {
            return new FakeImages(image);
        }

        @Override
        public Identity identity() {
            if (down != null) {
                throw down;
            }
            return new Identity("123456789012", "arn:aws:iam::123456789012:user/ci");
        }

        @Override
        public Optional<Vpc> vpc(String vpcId) {
            return Optional.of(new Vpc("vpc-1", vpcId == null));
        }

        @Override
        public List<Vpc> vpcs() {
            throw new AssertionError("not looked at");
        }

        @Override
        public List<Subnet> subnets(String vpcId) {
            return subnets;
        }

        @Override
        public boolean keyPairExists(String name) {
            return false;
        }

        @Override
        public OptionalDouble vcpuQuota() {
            return quota;
        }

        @Override
        public int vcpusInUse() {
            return inUse;
        }

        @Override
        public Optional<Integer> vcpus(String instanceType) {
            return Optional.of(2);
        }

        @Override
        public Optional<Diagnosis> denial(DryRun action) {
            return action == denied
                    ? Optional.of(Diagnosis.of(
                            Cause.DENIED_EXPLICITLY,
                            action.action() + " is denied by a session policy",
                            List.of(),
                            "cure"))
                    : Optional.empty();
        }

        @Override
        public Optional<String> decoded(String encodedMessage) {
            throw new AssertionError("not asked");
        }

        @Override
        public Optional<Duration> clockAhead() {
            return Optional.of(clockAhead);
        }
    }

    /** The published images. */
    private record FakeImages(Optional<Image> published) implements ImageReader {
        @Override
        public List<String> architectures(String instanceType) {
            return List.of("i386", "x86_64");
        }

        @Override
        public Optional<Image> newest(String owner, String namePattern, Architecture architecture) {
            return published;
        }

        @Override
        public List<Image> ofFingerprints(String app, Collection<String> fingerprints) {
            throw new AssertionError("not looked at");
        }

        @Override
        public Optional<Image> image(String amiId) {
            throw new AssertionError("not looked at");
        }
    }

    /** A bucket that is as it should be, until a test says otherwise. */
    private static final class FakeBucket implements StateBucketPort {
        private StateBucketStatus status =
                new StateBucketStatus(BUCKET, true, true, "eu-west-1", true, true, true, true);
        private Optional<StateLock> lock = Optional.empty();

        @Override
        public StateBucketStatus status(String bucketName) {
            assertThat(bucketName).isEqualTo(BUCKET);
            return status;
        }

        @Override
        public void create(String bucketName) {}

        @Override
        public void enableVersioning(String bucketName) {}

        @Override
        public void enableEncryption(String bucketName) {}

        @Override
        public void blockPublicAccess(String bucketName) {}

        @Override
        public void requireTls(String bucketName) {}

        @Override
        public Optional<StateLock> lock(String bucketName, String stateKey) {
            return lock;
        }
    }
}
