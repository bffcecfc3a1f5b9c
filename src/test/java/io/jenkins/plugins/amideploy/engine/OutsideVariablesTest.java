package io.jenkins.plugins.amideploy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutsideVariablesTest {
    private static final String FILE = "environments/demo.pkrvars.hcl";
    private static final String TEXT = "app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-west-1\"\nmax_size = 3\n";

    @ParameterizedTest
    @CsvSource({
        "TF_WORKSPACE, true",
        "TF_CLI_ARGS_plan, true",
        "TF_CLI_ARGS_init, false",
        "TF_VAR_image_id, true",
        "TF_VAR_app_version, true",
        "TF_VAR_db_password, false",
        "TF_VAR_extra_tags, false",
        "PKR_VAR_source_ami, true",
        "PKR_VAR_tags, true",
        "PKR_VAR_builder_cidr, false",
        "PKR_VAR_poll_seconds, false",
        "AWS_PROFILE, false"
    })
    void isKeptFromTools_whatWouldChangeThemBehindOurBack(String name, boolean kept) {
        assertThat(OutsideVariables.isKeptFromTools(name)).isEqualTo(kept);
        assertThat(OutsideVariables.remarks(List.of(name))).hasSize(kept ? 1 : 0);
    }

    @Test
    void remarks_nameTheVariableTheReasonAndTheCure() {
        assertThat(OutsideVariables.remarks(List.of("PATH", "TF_VAR_image_id")))
                .singleElement()
                .asString()
                .startsWith("TF_VAR_image_id is set, and not handed to Terraform: the run says it")
                .endsWith("; unset it");
    }

    /** What the front doors read as well, and would read as the default. */
    @ParameterizedTest
    @ValueSource(strings = {"instance_type", "vpc_id", "subnet_ids", "state_bucket", "app_environment", "domain_name"})
    void refusal_ofWhatIsReadInTheFileAlone(String name) {
        assertThat(OutsideVariables.refusal(FILE, TEXT, List.of("HOME", "TF_VAR_" + name)))
                .contains("TF_VAR_" + name + " is set, which only Terraform would heed: write " + name + " = … into "
                        + FILE + ", or unset TF_VAR_" + name);
    }

    /** The file wins in Terraform; what only Terraform reads it may be told as it likes. */
    @ParameterizedTest
    @ValueSource(strings = {"TF_VAR_max_size", "TF_VAR_region", "TF_VAR_db_password", "TF_VAR_health_check_interval"})
    void refusal_noneOfWhatAllReadAlike(String name) {
        assertThat(OutsideVariables.refusal(FILE, TEXT, List.of(name))).isEqualTo(Optional.empty());
    }
}
