package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateTagSpecificationRequest;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/**
 * A balancer, a target group and a group of real machines at the endpoint that {@code AWS_ENDPOINT_URL} names, made with the plain SDK in a second or so. The
 * web server is a few lines of Python in the user data, so that a test needs no bake; what it answers is chosen by launch-template version.
 */
final class EmbeddedStack implements AutoCloseable {
    private static final String SERVER =
            """
            #!/bin/sh
            cat > /run/server.py <<'PY'
            import time
            from http.server import BaseHTTPRequestHandler, HTTPServer
            started = time.monotonic()
            class Answer(BaseHTTPRequestHandler):
                def do_GET(self):
                    body = b"version %s"
                    self.send_response(%s if self.path == "/health" else 200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *args):
                    pass
            HTTPServer(("0.0.0.0", 80), Answer).serve_forever()
            PY
            systemd-run --unit=web python3 /run/server.py
            """;

    final String name = "roll-" + UUID.randomUUID().toString().substring(0, 8);
    final AppId app = new AppId(name, "test");
    final AutoScalingClient autoScaling = AutoScalingClient.create();
    final Ec2Client ec2 = Ec2Client.create();
    final ElasticLoadBalancingV2Client balancing = ElasticLoadBalancingV2Client.create();
    final String targetGroup;
    final String balancer;
    final String address;
    final String templateId;
    private final String listener;
    private final String image;
    private final String machines;
    private final List<String> subnets;

    EmbeddedStack(int size) {
        this(size, 45);
    }

    /** @param grace seconds in which failed health checks are ignored after a launch */
    EmbeddedStack(int size, int grace) {
        subnets = ec2.describeSubnets(request -> request.filters(filter("default-for-az", "true"))).subnets().stream()
                .sorted(Comparator.comparing(Subnet::availabilityZone))
                .map(Subnet::subnetId)
                .limit(2)
                .toList();
        String vpc = ec2.describeVpcs(request -> request.filters(filter("is-default", "true")))
                .vpcs()
                .get(0)
                .vpcId();
        image = ec2
                .describeImages(request -> request.owners("136693071363").filters(filter("name", "debian-12-amd64-*")))
                .images()
                .stream()
                .max(Comparator.comparing(Image::creationDate))
                .orElseThrow()
                .imageId();
        machines = ec2.createSecurityGroup(
                        request -> request.groupName(name).description(name).vpcId(vpc))
                .groupId();
        ec2.authorizeSecurityGroupIngress(request -> request.groupId(machines)
                .ipProtocol("tcp")
                .fromPort(80)
                .toPort(80)
                .cidrIp("0.0.0.0/0"));
        balancer = balancing
                .createLoadBalancer(
                        request -> request.name(name).subnets(subnets).securityGroups(machines))
                .loadBalancers()
                .get(0)
                .loadBalancerArn();
        address = balancing
                .describeLoadBalancers(request -> request.loadBalancerArns(balancer))
                .loadBalancers()
                .get(0)
                .dnsName();
        targetGroup = balancing
                .createTargetGroup(request -> request.name(name)
                        .protocol(ProtocolEnum.HTTP)
                        .port(80)
                        .vpcId(vpc)
                        .targetType(TargetTypeEnum.INSTANCE)
                        .healthCheckPath("/health")
                        .healthCheckIntervalSeconds(5)
                        .healthCheckTimeoutSeconds(2)
                        .healthyThresholdCount(2)
                        .unhealthyThresholdCount(2)
                        .matcher(matcher -> matcher.httpCode("200")))
                .targetGroups()
                .get(0)
                .targetGroupArn();
        balancing.modifyTargetGroupAttributes(request -> request.targetGroupArn(targetGroup)
                .attributes(TargetGroupAttribute.builder()
                        .key("deregistration_delay.timeout_seconds")
                        .value("5")
                        .build()));
        listener = balancing
                .createListener(request -> request.loadBalancerArn(balancer)
                        .protocol(ProtocolEnum.HTTP)
                        .port(80)
                        .defaultActions(Action.builder()
                                .type(ActionTypeEnum.FORWARD)
                                .targetGroupArn(targetGroup)
                                .build()))
                .listeners()
                .get(0)
                .listenerArn();
        templateId = ec2.createLaunchTemplate(
                        request -> request.launchTemplateName(name).launchTemplateData(data("1", "200")))
                .launchTemplate()
                .launchTemplateId();
        autoScaling.createAutoScalingGroup(request -> request.autoScalingGroupName(name)
                .minSize(size)
                .maxSize(size)
                .desiredCapacity(size)
                .vpcZoneIdentifier(String.join(",", subnets))
                .launchTemplate(
                        template -> template.launchTemplateId(templateId).version("1"))
                .targetGroupARNs(targetGroup)
                .healthCheckType("ELB")
                .healthCheckGracePeriod(grace)
                .instanceMaintenancePolicy(
                        policy -> policy.minHealthyPercentage(100).maxHealthyPercentage(200))
                .defaultInstanceWarmup(0));
    }

    /** Publishes another version of the launch template. @return its number */
    Wanted publish(String version, int healthStatus) {
        return publish(version, String.valueOf(healthStatus));
    }

    /** Publishes a version whose health check fails so long after its start; it goes on answering everything else. */
    Wanted publishFailingAfter(String version, Duration time) {
        return publish(version, "(200 if time.monotonic() < started + %d else 503)".formatted(time.toSeconds()));
    }

    private Wanted publish(String version, String healthStatus) {
        return wanted(ec2.createLaunchTemplateVersion(
                        request -> request.launchTemplateId(templateId).launchTemplateData(data(version, healthStatus)))
                .launchTemplateVersion()
                .versionNumber()
                .toString());
    }

    /** Publishes a version whose image does not exist. */
    Wanted publishWithoutImage() {
        return wanted(ec2.createLaunchTemplateVersion(request -> request.launchTemplateId(templateId)
                        .launchTemplateData(RequestLaunchTemplateData.builder()
                                .imageId("ami-0123456789abcdef0")
                                .instanceType(InstanceType.T3_SMALL)
                                .build()))
                .launchTemplateVersion()
                .versionNumber()
                .toString());
    }

    Wanted wanted(String version) {
        return new Wanted(name, new TemplateVersion(templateId, version), List.of(targetGroup));
    }

    private RequestLaunchTemplateData data(String version, String healthStatus) {
        String script = SERVER.formatted(version, healthStatus);
        return RequestLaunchTemplateData.builder()
                .imageId(image)
                .instanceType(InstanceType.T3_SMALL)
                .securityGroupIds(machines)
                .userData(Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8)))
                .tagSpecifications(LaunchTemplateTagSpecificationRequest.builder()
                        .resourceType("instance")
                        .tags(tags())
                        .build())
                .build();
    }

    /** Both tags of the application's environment. */
    List<Tag> tags() {
        return List.of(
                Tag.builder().key(Tags.APP).value(app.app()).build(),
                Tag.builder().key(Tags.ENVIRONMENT).value(app.environment()).build());
    }

    private static Filter filter(String name, String... values) {
        return Filter.builder().name(name).values(values).build();
    }

    @Override
    public void close() {
        autoScaling.deleteAutoScalingGroup(
                request -> request.autoScalingGroupName(name).forceDelete(true));
        balancing.deleteListener(request -> request.listenerArn(listener));
        balancing.deleteLoadBalancer(request -> request.loadBalancerArn(balancer));
        autoScaling.close();
        ec2.close();
        balancing.close();
    }
}
