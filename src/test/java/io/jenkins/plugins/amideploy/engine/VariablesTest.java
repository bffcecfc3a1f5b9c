package io.jenkins.plugins.amideploy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
    private static final String FILE = "environments/demo.pkrvars.hcl";
    private static final String BASE = "app = \"web\"\nenvironment = \"demo\"\nregion = \"r\"\n";

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
                .isEqualTo(new Variables(
                        new AppId("web", "demo"),
                        "eu-central-1",
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        new BakeVariables("t3.small", "/health", "200"),
                        ApplicationVariables.NONE,
                        Audience.none()));
        assertThat(variables.stateBucketIn("123456789012")).isEqualTo("ami-deploy-state-123456789012-eu-central-1");
        assertThat(variables.stateKey()).isEqualTo("web/demo/terraform.tfstate");
    }

    @Test
    void parse_ofAnotherEncoding_isRefusedByName() {
        String utf16 = new String("app = \"web\"\n".getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Variables.parse(FILE, utf16)).hasMessage(FILE + " is not UTF-8: save it as UTF-8");
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
                    app = "web"\\nenvironment = "images"         | environments/demo.pkrvars.hcl: environment "images": the state bucket keeps an application's images under that name
                    app = "web"\\nenvironment = "demo"\\nregion = "eu-central-1"\\ninstance_type = "not a type" | environments/demo.pkrvars.hcl line 4: instance_type is not a type: it must be an EC2 instance type, such as t3.small
                    app = "web"\\nenvironment = "demo"\\nregion = "r"\\naccount_id = "12345" | environments/demo.pkrvars.hcl line 4: account_id is 12345: it must be the 12 digits of an AWS account
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
    void parse_whoIsToldOfReleases_isATopicAndAWebhook() {
        Audience audience = Variables.parse(
                        FILE,
                        BASE
                                + """
                                release_topic_arn   = "arn:aws:sns:eu-west-1:123456789012:releases"
                                release_webhook_url = "https://hooks.example.com/T1/s3cret?x=y"
                                """)
                .audience();
        assertThat(audience.topicArn()).contains("arn:aws:sns:eu-west-1:123456789012:releases");
        assertThat(audience.webhook()).contains(URI.create("https://hooks.example.com/T1/s3cret?x=y"));
        assertThat(audience.toString())
                .isEqualTo("Audience[arn:aws:sns:eu-west-1:123456789012:releases, hooks.example.com]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080/s3cret", "http://127.0.0.1/s3cret", "http://[::1]:80/s3cret"})
    void parse_webhookOnThisMachine_needsNoCertificate(String url) {
        assertThat(Variables.parse(FILE, BASE + "release_webhook_url = \"" + url + "\"")
                        .audience()
                        .webhook())
                .contains(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"hooks.example.com/s3cret\"",
                "\"http://hooks.example.com/s3cret\"",
                "\"http://127.0.0.1.example.com/s3cret\"",
                "\"ftp://hooks.example.com/s3cret\"",
                "\"https:///s3cret\"",
                "\"https://user:s3cret@hooks.example.com/\"",
                "\"https://hooks.example.com/s3 cret\"",
                "\"https://hooks.example.com/#s3cret\"",
                "\"https://hooks.example.com/s3cret/${var.app}\"",
                "[\"https://hooks.example.com/s3cret\"]",
                "var.s3cret"
            })
    void parse_webhookIsMalformed_saysSoWithoutShowingIt(String value) {
        assertThatThrownBy(() -> Variables.parse(FILE, BASE + "release_webhook_url = " + value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(FILE + " line 4: release_webhook_url ")
                .hasMessageNotContaining("cret/")
                .hasMessageNotContaining("s3cret")
                .hasMessageNotContaining("hooks");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"releases", "arn:aws:sqs:eu-west-1:123456789012:releases", "arn:aws:sns:eu-west-1:1:x.fifo"})
    void parse_topicIsMalformed_saysWhatItMustBe(String arn) {
        assertThatThrownBy(() -> Variables.parse(FILE, BASE + "release_topic_arn = \"" + arn + "\""))
                .hasMessage(
                        FILE + " line 4: release_topic_arn is " + arn + ": it must be the ARN of a standard SNS topic,"
                                + " such as arn:aws:sns:eu-central-1:123456789012:releases");
    }

    @Test
    void shape_readsListsAndNumbersAndHasTheDefaultsOfTheStack() {
        assertThat(ShapeVariables.parse(
                        FILE, "subnet_ids = [\n  \"subnet-1\",\n  \"subnet-2\", # two\n]\nmax_size = 3"))
                .isEqualTo(new ShapeVariables(
                        Optional.empty(),
                        List.of("subnet-1", "subnet-2"),
                        List.of(),
                        Optional.empty(),
                        "t3.small",
                        ApplicationVariables.NONE,
                        3));
    }

    @Test
    void shape_readsWhatTheApplicationFindsAndMayReach() {
        ApplicationVariables application = ShapeVariables.parse(
                        FILE,
                        """
                        app_environment = {
                          LOG_LEVEL = "info" # as a comment may follow
                          "WORKERS" = 2
                          DEBUG: false, GREETING = "a \\"b\\" $${c}\\n"
                        }
                        app_secrets = { DATABASE_URL = "/web/demo/database-url" }
                        instance_egress = [
                          { description = "database", protocol = "tcp", port = 5432, cidr_ipv4 = "10.0.0.0/16" },
                          { description = "names", protocol = "udp", port = 53, cidr_ipv4 = "10.0.0.0/16" },
                        ]
                        domain_name = "www.example.org"
                        """)
                .application();

        assertThat(application.environment())
                .isEqualTo(Map.of("LOG_LEVEL", "info", "WORKERS", "2", "DEBUG", "false", "GREETING", "a \"b\" ${c}\n"));
        assertThat(application.secrets()).isEqualTo(Map.of("DATABASE_URL", "/web/demo/database-url"));
        assertThat(application.outgoingTcpPorts()).containsExactly(5432);
        assertThat(application.domainName()).contains("www.example.org");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    app_environment = ["A"]              | line 1: app_environment must be names with texts, such as { LOG_LEVEL = "info" }
                    app_environment = { A = [1] }        | line 1: app_environment has no text for A: give one, or leave the name out
                    app_secrets = { A = "${var.secret}" } | line 1: app_secrets: it must be written out: plain strings, numbers, true, false, lists and maps
                    app_secrets = { A = upper("a") }     | line 1: app_secrets: it must be written out: plain strings, numbers, true, false, lists and maps
                    """)
    void shape_ofMoreThanLiterals_isRefusedWithoutAnyValue(String text, String message) {
        assertThatThrownBy(() -> ShapeVariables.parse(FILE, text)).hasMessage(FILE + " " + message);
    }

    @Test
    void settings_areWhatTerraformTakes_andOfOlderRecordsThoseTheyRanWith() {
        Map<String, String> settings = ShapeVariables.parse(
                        FILE, "app_environment = { B = \"2\", A = \"1\" }\nkey_name = \"ops\"")
                .settings();
        assertThat(settings)
                .isEqualTo(Map.of(
                        "instance_type", "t3.small",
                        "key_name", "ops",
                        "app_environment", "{\"A\" = \"1\", \"B\" = \"2\"}",
                        "app_secrets", "{}"));
        assertThat(ShapeVariables.settings(settings)).isEqualTo(settings);
        assertThat(ShapeVariables.settings(Map.of("key_name", "")))
                .isEqualTo(Map.of("key_name", "", "app_environment", "{}", "app_secrets", "{}"));
        assertThat(ShapeVariables.settings(Map.of())).isEmpty();
    }

    @Test
    void portsThatTheImageDoesNotAllow_areNamedWithTheCure() {
        assertThat(OutgoingPorts.refusal(List.of(443, 5432), OutgoingPorts.ofTag("443,587"), "image ami-1"))
                .map(Diagnosis::lines)
                .contains(List.of(
                        "BAD_INPUT: instance_egress opens tcp 5432, but image ami-1 allows tcp 443, 587",
                        "  do: add 5432 to outgoing_ports in image.yml and bake, or take it out of instance_egress in the"
                                + " variables file"));
        assertThat(OutgoingPorts.refusal(List.of(443), OutgoingPorts.ofTag(null), "image ami-1"))
                .hasValueSatisfying(why -> assertThat(why.summary()).endsWith("allows no outgoing connection"));
        assertThat(OutgoingPorts.ofTag("none")).isEmpty();
        assertThat(OutgoingPorts.refusal(List.of(), List.of(), "image ami-1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"base_image, base_image", "bake_instance_type, instance_type"})
    void parse_whatImagesAreMadeFrom_isTheApplications(String name, String key) {
        assertThatThrownBy(() -> Variables.parse(FILE, "app = \"web\"\n" + name + " = \"x\"\n"))
                .hasMessage(FILE + " line 2: " + name + " is not a variable of an environment: images belong to the"
                        + " application: move it to image.yml, as " + key);
    }
}
