package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerModelsTest {
    @Test
    void load_comesToWhatAnswersConsistOf() {
        assertThat(AnswerModels.load())
                .contains(
                        "software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse",
                        "software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAttachment",
                        "software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification",
                        "software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealth");
    }
}
