package io.jenkins.plugins.amideploy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
    private static final String FILE = "environments/demo.pkrvars.hcl";

    @Test
    void parse_readsStringsAmongEverythingElse() {
        Variables variables = Variables.parse(
                FILE,
                """
                # app = "commented"
                app         = "web" // the one
                environment = "demo"
                /* region = "eu-west-1"
                */
                region      = "eu-central-1"
                subnet_ids  = [
                  "subnet-1", # first
                  "subnet-2",
                ]
                extra_tags = {
                  app = "not this one"
                  note = "a # that is no comment"
                }
                min_size = 1
                state_bucket = null
                """);

        assertThat(variables)
                .isEqualTo(new Variables(new AppId("web", "demo"), "eu-central-1", Optional.empty(), true));
        assertThat(variables.stateBucketIn("123456789012")).isEqualTo("ami-deploy-state-123456789012-eu-central-1");
        assertThat(variables.stateKey()).isEqualTo("web/demo/terraform.tfstate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    app = "web"                                   | environments/demo.pkrvars.hcl: environment is missing: add a line environment = "…"
                    app = 3                                       | environments/demo.pkrvars.hcl line 1: app is 3: it must be a plain string
                    app = "${local.x}"                            | environments/demo.pkrvars.hcl line 1: app is "${local.x}": it must be a plain string
                    app = "web"\\napp = "web"                     | environments/demo.pkrvars.hcl line 2: app is given a second time, first on line 1: keep one
                    app = "Web"\\nenvironment = "demo"            | environments/demo.pkrvars.hcl: app "Web": must be 2 to 21 characters
                    \\nsubnet_ids = [                             | environments/demo.pkrvars.hcl line 2: what is opened here is never closed
                    app = "web"\\nenvironment = "demo"\\nregion = "r"\\nrequire_approval = "no" | environments/demo.pkrvars.hcl line 4: require_approval is "no": it must be true or false
                    """)
    void parse_saysWhereAndWhy(String text, String message) {
        assertThatThrownBy(() -> Variables.parse(FILE, text.replace("\\n", "\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    require_approval = false                      | false
                    require_approval=false # nobody               | false
                    require_approval = true                       | true
                    require_approval = null                       | true
                    // require_approval = false                   | true
                    /* require_approval = false */                | true
                    extra_tags = { require_approval = false }     | true
                    extra_tags = {\\nrequire_approval = false\\n} | true
                    """)
    void parse_aPersonMustAgree_unlessTheFileSaysThatNoneMust(String line, boolean required) {
        String text = "app = \"web\"\nenvironment = \"demo\"\nregion = \"r\"\n" + line.replace("\\n", "\n");

        assertThat(Variables.parse(FILE, text).requireApproval()).isEqualTo(required);
    }

    @Test
    void shape_readsListsAndNumbersAndHasTheDefaultsOfTheStack() {
        assertThat(ShapeVariables.parse(
                        FILE, "subnet_ids = [\n  \"subnet-1\",\n  \"subnet-2\", # two\n]\nmax_size = 3"))
                .isEqualTo(new ShapeVariables(
                        Optional.empty(), List.of("subnet-1", "subnet-2"), Optional.empty(), "t3.small", 3));
    }

    @ParameterizedTest
    @CsvSource({"base_image, base_image", "bake_instance_type, instance_type"})
    void parse_whatImagesAreMadeFrom_isTheApplications(String name, String key) {
        assertThatThrownBy(() -> Variables.parse(FILE, "app = \"web\"\n" + name + " = \"x\"\n"))
                .hasMessage(FILE + " line 2: " + name + " is not a variable of an environment: images belong to the"
                        + " application: move it to image.yml, as " + key);
    }
}
