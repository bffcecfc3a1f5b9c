package io.jenkins.plugins.amideploy.engine.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import org.junit.jupiter.api.Test;

/** A state is read for addresses and ids; what is no state says nothing of what there is. */
class KnownResourcesTest {
    private static final String STATE =
            """
            {"version": 4, "serial": 7, "lineage": "l", "outputs": {}, "resources": [
             {"mode": "data", "type": "aws_vpc", "name": "chosen", "instances": [{"attributes": {"id": "vpc-1"}}]},
             {"mode": "managed", "type": "aws_lb", "name": "web", "instances": [{"attributes": {"id": "arn:lb", "secret": "s3"}}]},
             {"mode": "managed", "type": "aws_iam_role", "name": "instance", "instances": [{"index_key": 0, "attributes": {"id": "web-prod-eu"}}]},
             {"mode": "managed", "type": "aws_vpc_security_group_egress_rule", "name": "instance",
              "instances": [{"index_key": "tcp-443-0.0.0.0/0", "attributes": {"id": "sgr-1"}}]},
             {"mode": "managed", "type": "aws_security_group", "name": "instance", "instances": [{"deposed": "1a2b", "attributes": {"id": "sg-old"}}]}
            ]}
            """;

    @Test
    void of_state_hasAddressesAndIdsOfWhatIsManaged() {
        KnownResources known = KnownResources.of("state", STATE, new TinyJson());

        assertThat(known.addresses())
                .containsExactlyInAnyOrder(
                        "aws_lb.web",
                        "aws_iam_role.instance[0]",
                        "aws_vpc_security_group_egress_rule.instance[\"tcp-443-0.0.0.0/0\"]");
        assertThat(known.ids()).containsExactlyInAnyOrder("arn:lb", "web-prod-eu", "sgr-1", "sg-old");
        assertThat(known.toString()).doesNotContain("s3");
    }

    @Test
    void of_noState_knowsNothing() {
        assertThat(KnownResources.of("state", "", new TinyJson())).isEqualTo(KnownResources.NONE);
    }

    /** Else all that stands would pass for unknown. */
    @Test
    void of_textThatIsNoState_isRefused() {
        assertThatThrownBy(() -> KnownResources.of("s3://b/web/prod/terraform.tfstate", "{}", new TinyJson()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3://b/web/prod/terraform.tfstate is not a Terraform state");
    }
}
