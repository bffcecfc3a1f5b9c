package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClassDataTest {
    private static final List<String> KEYS = List.of("aws.accessKeyId", "aws.secretAccessKey");

    @BeforeEach
    void haveKeys() {
        KEYS.forEach(key -> System.setProperty(key, "none"));
    }

    @AfterEach
    void forgetKeys() {
        KEYS.forEach(System::clearProperty);
    }

    @Test
    void main_comesToItsEnd_andAsksEveryServiceThatACommandAsks() throws Exception {
        assertThat(ClassData.load())
                .contains("ec2", "autoscaling", "elasticloadbalancing", "monitoring", "iam", "s3", "sts");
    }
}
