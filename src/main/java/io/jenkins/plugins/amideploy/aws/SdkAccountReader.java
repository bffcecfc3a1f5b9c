package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.CpuOptions;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.Route;
import software.amazon.awssdk.services.ec2.model.RouteTable;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** Looks at what a deployment finds in an account: identity, network, quota, permissions. */
final class SdkAccountReader implements AccountReader {
    /** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances" (EC2 user guide, "Amazon EC2 On-Demand Instance quotas"). */
    private static final String STANDARD_VCPU_QUOTA = "L-1216C47A";

    /** What a dry run that would have been allowed answers (EC2 API reference, common parameter {@code DryRun}). */
    private static final String WOULD_HAVE_SUCCEEDED = "DryRunOperation";

    private final Lazy<Ec2Client> ec2;
    private final Lazy<StsClient> sts;
    private final Lazy<ServiceQuotasClient> quotas;
    private final ClockWatch clock;

    /** Clients are made when they are asked: many a command asks for the identity alone. */
    SdkAccountReader(Lazy<Ec2Client> ec2, Lazy<StsClient> sts, Lazy<ServiceQuotasClient> quotas, ClockWatch clock) {
        this.ec2 = ec2;
        this.sts = sts;
        this.quotas = quotas;
        this.clock = clock;
    }

    @Override
    public Identity identity() {
        GetCallerIdentityResponse caller =
                AwsFailures.call("sts:GetCallerIdentity", () -> sts.get().getCallerIdentity());
        return new Identity(caller.account(), caller.arn());
    }

    @Override
    public Optional<Vpc> vpc(String vpcId) {
        try {
            return AwsFailures.call("ec2:DescribeVpcs", () -> ec2.get().describeVpcs(request -> {
                        if (vpcId == null) {
                            request.filters(filter("is-default", "true"));
                        } else {
                            request.vpcIds(vpcId);
                        }
                    }))
                    .vpcs()
                    .stream()
                    .findFirst()
                    .map(SdkAccountReader::vpc);
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    @Override
    public List<Vpc> vpcs() {
        return AwsFailures.call("ec2:DescribeVpcs", () -> ec2.get().describeVpcsPaginator().vpcs().stream()
                .map(SdkAccountReader::vpc)
                .toList());
    }

    @Override
    public List<Subnet> subnets(String vpcId) {
        List<RouteTable> tables =
                AwsFailures.call("ec2:DescribeRouteTables", () -> ec2
                        .get()
                        .describeRouteTablesPaginator(request -> request.filters(filter("vpc-id", vpcId)))
                        .routeTables()
                        .stream()
                        .toList());
        return AwsFailures.call(
                "ec2:DescribeSubnets",
                () ->
                        ec2
                                .get()
                                .describeSubnetsPaginator(request -> request.filters(filter("vpc-id", vpcId)))
                                .subnets()
                                .stream()
                                .map(subnet -> new Subnet(
                                        subnet.subnetId(),
                                        subnet.availabilityZone(),
                                        reachesInternet(tables, subnet.subnetId()),
                                        Boolean.TRUE.equals(subnet.defaultForAz()),
                                        subnet.availableIpAddressCount() == null
                                                ? 0
                                                : subnet.availableIpAddressCount()))
                                .toList());
    }

    /** A subnet without a route table of its own uses the VPC's main one (VPC user guide, "Subnet route tables"). */
    private static boolean reachesInternet(List<RouteTable> tables, String subnetId) {
        return tables.stream()
                .filter(table -> table.associations().stream().anyMatch(one -> subnetId.equals(one.subnetId())))
                .findFirst()
                .or(() -> tables.stream()
                        .filter(table -> table.associations().stream().anyMatch(one -> Boolean.TRUE.equals(one.main())))
                        .findFirst())
                .map(table -> table.routes().stream().anyMatch(SdkAccountReader::isInternetRoute))
                .orElse(false);
    }

    private static boolean isInternetRoute(Route route) {
        return "0.0.0.0/0".equals(route.destinationCidrBlock())
                && route.gatewayId() != null
                && route.gatewayId().startsWith("igw-");
    }

    private static Vpc vpc(software.amazon.awssdk.services.ec2.model.Vpc vpc) {
        return new Vpc(vpc.vpcId(), Boolean.TRUE.equals(vpc.isDefault()));
    }

    @Override
    public boolean keyPairExists(String name) {
        return !AwsFailures.call("ec2:DescribeKeyPairs", () -> ec2.get()
                        .describeKeyPairs(request -> request.filters(filter("key-name", name))))
                .keyPairs()
                .isEmpty();
    }

    @Override
    public OptionalDouble vcpuQuota() {
        try {
            Double value = AwsFailures.call("servicequotas:GetServiceQuota", () -> quotas.get()
                            .getServiceQuota(
                                    request -> request.serviceCode("ec2").quotaCode(STANDARD_VCPU_QUOTA)))
                    .quota()
                    .value();
            return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
        } catch (AwsFailure failure) {
            return switch (failure.kind()) {
                case NOT_SUPPORTED, NOT_FOUND, SERVER_ERROR, ACCESS_DENIED, REFUSED -> OptionalDouble.empty();
                default -> throw failure;
            };
        }
    }

    @Override
    public int vcpusInUse() {
        return AwsFailures.call("ec2:DescribeInstances", () -> ec2
                .get()
                .describeInstancesPaginator(
                        request -> request.filters(filter("instance-state-name", "pending", "running")))
                .reservations()
                .stream()
                .flatMap(reservation -> reservation.instances().stream())
                .map(Instance::cpuOptions)
                .mapToInt(SdkAccountReader::vcpus)
                .sum());
    }

    private static int vcpus(CpuOptions cpu) {
        return cpu == null || cpu.coreCount() == null || cpu.threadsPerCore() == null
                ? 0
                : cpu.coreCount() * cpu.threadsPerCore();
    }

    @Override
    public Optional<Integer> vcpus(String instanceType) {
        return AwsFailures.call("ec2:DescribeInstanceTypes", () -> ec2.get()
                        .describeInstanceTypes(request -> request.filters(filter("instance-type", instanceType))))
                .instanceTypes()
                .stream()
                .filter(type -> type.vCpuInfo() != null)
                .map(type -> type.vCpuInfo().defaultVCpus())
                .findFirst();
    }

    @Override
    public Optional<Diagnosis> denial(DryRun action) {
        try {
            AwsFailures.call(action.action(), dryRun(action));
            return Optional.empty();
        } catch (AwsFailure failure) {
            if (failure.code().equals(WOULD_HAVE_SUCCEEDED)) {
                return Optional.empty();
            }
            if (failure.kind() == AwsFailure.Kind.ACCESS_DENIED) {
                return Optional.of(failure.diagnosis());
            }
            throw failure;
        }
    }

    @Override
    public Optional<String> decoded(String encodedMessage) {
        try {
            return Optional.of(AwsFailures.call("sts:DecodeAuthorizationMessage", () -> sts.get()
                            .decodeAuthorizationMessage(request -> request.encodedMessage(encodedMessage)))
                    .decodedMessage());
        } catch (AwsFailure failure) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Duration> clockAhead() {
        return clock.ahead();
    }

    private Supplier<?> dryRun(DryRun action) {
        String name = "ami-deploy-dry-run";
        return switch (action) {
            case RUN_INSTANCES ->
                () -> ec2.get().runInstances(request -> request.dryRun(true)
                        .imageId("ami-00000000000000000")
                        .instanceType(InstanceType.T3_MICRO)
                        .minCount(1)
                        .maxCount(1));
            case CREATE_SECURITY_GROUP ->
                () -> ec2.get()
                        .createSecurityGroup(
                                request -> request.dryRun(true).groupName(name).description(name));
            case CREATE_LAUNCH_TEMPLATE ->
                () -> ec2.get().createLaunchTemplate(request -> request.dryRun(true)
                        .launchTemplateName(name)
                        .launchTemplateData(RequestLaunchTemplateData.builder()
                                .instanceType(InstanceType.T3_MICRO)
                                .build()));
            case CREATE_KEY_PAIR ->
                () -> ec2.get().createKeyPair(request -> request.dryRun(true).keyName(name));
        };
    }

    private static Filter filter(String name, String... values) {
        return Filter.builder().name(name).values(values).build();
    }
}
