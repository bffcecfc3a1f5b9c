package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Listener;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Rule;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.Alarm;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.GroupSetup;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.Hook;
import io.jenkins.plugins.amideploy.engine.diagnosis.LaunchSource;
import io.jenkins.plugins.amideploy.engine.diagnosis.PathCheck;
import io.jenkins.plugins.amideploy.engine.rollout.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/** What explains a failure, as {@link SdkEvidenceReader} and {@link SdkPathReader} read it, at an endpoint on this machine; records will do. */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
class EmbeddedEvidenceTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static EmbeddedStack stack;
    private static AwsClients clients;
    private static EvidenceReader reader;
    private static String instance;

    @BeforeAll
    static void make() {
        stack = new EmbeddedStack(1);
        clients = new AwsClients(AwsSettings.fromEnvironment(System.getenv("AWS_REGION"), System.getenv()));
        reader = clients.groupReader().evidence();
        Instant limit = Instant.now().plus(LIMIT);
        Optional<String> launched = Optional.empty();
        while (launched.isEmpty()) {
            assertThat(Instant.now()).as("an instance").isBefore(limit);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            launched = clients.groupReader().read(stack.name).instances().stream()
                    .map(InstanceState::id)
                    .findFirst();
        }
        instance = launched.get();
    }

    @AfterAll
    static void remove() {
        clients.close();
        stack.close();
    }

    private BalancerPath path() {
        return reader.path(List.of(stack.targetGroup), List.of(instance));
    }

    private SecurityGroup group() {
        return stack.ec2
                .describeSecurityGroups(request -> request.groupNames(stack.name))
                .securityGroups()
                .get(0);
    }

    @Test
    void path_isReadFromListenerToInstance() {
        BalancerPath path = path();
        BalancerPath.Balancer balancer = path.balancers().get(0);
        BalancerPath.Machine machine = path.machines().get(0);
        String group = group().groupId();

        assertThat(path.balancers()).hasSize(1);
        assertThat(balancer.arn()).isEqualTo(stack.balancer);
        assertThat(balancer.name()).isEqualTo(stack.name);
        assertThat(balancer.securityGroups()).containsExactly(group);
        assertThat(balancer.listeners()).containsExactly(new Listener("HTTP", 80, List.of(stack.targetGroup)));
        assertThat(balancer.places()).hasSize(2).allSatisfy(place -> {
            assertThat(place.zone()).startsWith(System.getenv("AWS_REGION"));
            assertThat(place.subnetId()).startsWith("subnet-");
            assertThat(place.cidr()).matches("[0-9.]+/[0-9]+");
        });
        assertThat(path.targetGroups())
                .containsExactly(new BalancerPath.TargetGroup(stack.targetGroup, stack.name, 80, 80));
        assertThat(path.machines()).hasSize(1);
        assertThat(machine.id()).isEqualTo(instance);
        assertThat(balancer.places()).anySatisfy(place -> assertThat(List.of(place.zone(), place.subnetId()))
                .containsExactly(machine.zone(), machine.subnetId()));
        assertThat(machine.address()).matches("[0-9.]+");
        assertThat(machine.securityGroups()).containsExactly(group);
        assertThat(path.securityGroups())
                .containsExactly(new BalancerPath.SecurityGroup(
                        group,
                        stack.name,
                        List.of(new Rule("tcp", 80, 80, List.of("0.0.0.0/0"), List.of(), false)),
                        List.of(new Rule("-1", -1, -1, List.of("0.0.0.0/0"), List.of(), false))));
        assertThat(PathCheck.closed(path)).isEmpty();
        assertThat(PathCheck.closedToClients(path)).isEmpty();
    }

    @Test
    void path_withoutTheRuleInOrOut_isClosed() {
        SecurityGroup group = group();
        List<IpPermission> in = group.ipPermissions();
        List<IpPermission> out = group.ipPermissionsEgress();
        stack.ec2.revokeSecurityGroupIngress(
                request -> request.groupId(group.groupId()).ipPermissions(in));
        try {
            assertThat(closed())
                    .startsWith("security group " + group.groupId() + " (" + stack.name + ") of the instances");
        } finally {
            stack.ec2.authorizeSecurityGroupIngress(
                    request -> request.groupId(group.groupId()).ipPermissions(in));
        }
        stack.ec2.revokeSecurityGroupEgress(
                request -> request.groupId(group.groupId()).ipPermissions(out));
        try {
            assertThat(closed()).contains("of load balancer " + stack.name + " lets nothing out on port 80");
        } finally {
            stack.ec2.authorizeSecurityGroupEgress(
                    request -> request.groupId(group.groupId()).ipPermissions(out));
        }
        assertThat(PathCheck.closed(path())).isEmpty();
    }

    private String closed() {
        Diagnosis found = PathCheck.closed(path()).orElseThrow();
        assertThat(found.cause()).isEqualTo(Cause.PATH_CLOSED);
        return found.summary();
    }

    @Test
    void path_rulesOfGroupsAndIpv6_areReadAsSuch() {
        String vpc = group().vpcId();
        String other = stack.ec2
                .createSecurityGroup(request -> request.groupName(stack.name + "-other")
                        .description("other")
                        .vpcId(vpc))
                .groupId();
        String own = group().groupId();
        List<IpPermission> more = List.of(
                IpPermission.builder()
                        .ipProtocol("tcp")
                        .fromPort(8000)
                        .toPort(8010)
                        .userIdGroupPairs(pair -> pair.groupId(other))
                        .build(),
                IpPermission.builder()
                        .ipProtocol("tcp")
                        .fromPort(443)
                        .toPort(443)
                        .ipv6Ranges(range -> range.cidrIpv6("::/0"))
                        .build());
        stack.ec2.authorizeSecurityGroupIngress(request -> request.groupId(own).ipPermissions(more));
        try {
            assertThat(path().securityGroups().get(0).ingress())
                    .contains(
                            new Rule("tcp", 8000, 8010, List.of(), List.of(other), false),
                            new Rule("tcp", 443, 443, List.of(), List.of(), true));
        } finally {
            stack.ec2.revokeSecurityGroupIngress(request -> request.groupId(own).ipPermissions(more));
            stack.ec2.deleteSecurityGroup(request -> request.groupId(other));
        }
    }

    /** A rule of a listener leads there, and no listener's default action; the health check has a port of its own. */
    @Test
    void path_throughARuleAndToAnotherPort_isReadToo() {
        String vpc = group().vpcId();
        String target = stack.balancing
                .createTargetGroup(request -> request.name(stack.name + "-2")
                        .protocol(ProtocolEnum.HTTP)
                        .port(8080)
                        .vpcId(vpc)
                        .targetType(TargetTypeEnum.INSTANCE)
                        .healthCheckPort("8081"))
                .targetGroups()
                .get(0)
                .targetGroupArn();
        try {
            BalancerPath unused = reader.path(List.of(target), List.of(instance));
            assertThat(unused.balancers())
                    .as("balancers of the target group's VPC, since none leads to it")
                    .extracting(BalancerPath.Balancer::arn)
                    .contains(stack.balancer);
            assertThat(PathCheck.closed(unused)).map(Diagnosis::cause).contains(Cause.LISTENER_MISSING);

            String listener = stack.balancing
                    .describeListeners(request -> request.loadBalancerArn(stack.balancer))
                    .listeners()
                    .get(0)
                    .listenerArn();
            String rule = stack.balancing
                    .createRule(request -> request.listenerArn(listener)
                            .priority(7)
                            .conditions(RuleCondition.builder()
                                    .field("path-pattern")
                                    .values("/second/*")
                                    .build())
                            .actions(Action.builder()
                                    .type(ActionTypeEnum.FORWARD)
                                    .targetGroupArn(target)
                                    .build()))
                    .rules()
                    .get(0)
                    .ruleArn();
            BalancerPath path = reader.path(List.of(target), List.of(instance));
            assertThat(path.balancers()).singleElement().satisfies(balancer -> assertThat(balancer.listeners())
                    .singleElement()
                    .satisfies(
                            one -> assertThat(one.forwardsTo()).containsExactlyInAnyOrder(stack.targetGroup, target)));
            assertThat(path.targetGroups())
                    .containsExactly(new BalancerPath.TargetGroup(target, stack.name + "-2", 8080, 8081));
            assertThat(PathCheck.closed(path)).map(Diagnosis::summary).hasValueSatisfying(words -> assertThat(words)
                    .contains("admits nothing on port 8080"));
            stack.balancing.deleteRule(request -> request.ruleArn(rule));
        } finally {
            stack.balancing.deleteTargetGroup(request -> request.targetGroupArn(target));
        }
    }

    @Test
    void path_ofNothing_asksNobody() {
        assertThat(reader.path(List.of(), List.of(instance))).isEqualTo(BalancerPath.UNREAD);
        assertThat(reader.path(List.of(stack.targetGroup), List.of()).machines())
                .isEmpty();
    }

    @Test
    void setup_namesHooks() {
        assertThat(reader.setup(stack.name)).isEqualTo(new GroupSetup(false, List.of()));
        stack.autoScaling.putLifecycleHook(request -> request.autoScalingGroupName(stack.name)
                .lifecycleHookName("drain")
                .lifecycleTransition("autoscaling:EC2_INSTANCE_TERMINATING")
                .heartbeatTimeout(60)
                .defaultResult("CONTINUE"));
        try {
            assertThat(reader.setup(stack.name))
                    .isEqualTo(new GroupSetup(false, List.of(new Hook("drain", false, 60, "CONTINUE"))));
        } finally {
            stack.autoScaling.deleteLifecycleHook(
                    request -> request.autoScalingGroupName(stack.name).lifecycleHookName("drain"));
        }
    }

    @Test
    void alarms_areThoseThatThereAre_withStateAndReason() {
        assertThat(reader.alarms(List.of())).isEmpty();
        try (CloudWatchClient cloudWatch = CloudWatchClient.create()) {
            cloudWatch.putMetricAlarm(request -> request.alarmName(stack.name)
                    .namespace("AWS/ApplicationELB")
                    .metricName("HTTPCode_Target_5XX_Count")
                    .statistic(Statistic.SUM)
                    .period(60)
                    .evaluationPeriods(1)
                    .threshold(1.0)
                    .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD));
            try {
                cloudWatch.setAlarmState(request -> request.alarmName(stack.name)
                        .stateValue(StateValue.ALARM)
                        .stateReason("Threshold Crossed: by hand"));
                assertThat(reader.alarms(List.of(stack.name, stack.name + "-none")))
                        .containsExactly(new Alarm(stack.name, "ALARM", "Threshold Crossed: by hand"));
            } finally {
                cloudWatch.deleteAlarms(request -> request.alarmNames(stack.name));
            }
        }
    }

    @Test
    void launchSource_saysVersionImageAndType() {
        LaunchSource source = reader.launchSource(stack.templateId, "1");
        assertThat(source.imageId()).startsWith("ami-");
        assertThat(source)
                .isEqualTo(new LaunchSource(
                        true, true, source.imageId(), "available", "x86_64", "t3.small", source.typeArchitectures()));
        assertThat(source.typeArchitectures()).contains("x86_64");
        assertThat(source.unusable(stack.templateId, "1")).isEmpty();

        assertThat(reader.launchSource(stack.templateId, "99")).isEqualTo(LaunchSource.MISSING);
        assertThat(reader.launchSource("lt-0123456789abcdef0", "1")).isEqualTo(LaunchSource.MISSING);
        String gone = stack.publishWithoutImage().template().version();
        assertThat(reader.launchSource(stack.templateId, gone).unusable(stack.templateId, gone))
                .map(Diagnosis::cause)
                .contains(Cause.IMAGE_MISSING);
    }

    /** Records have none; a machine's first words may not be there yet. */
    @Test
    void console_isTextOrEmpty() {
        assertThat(reader.console(instance)).isNotNull();
    }
}
