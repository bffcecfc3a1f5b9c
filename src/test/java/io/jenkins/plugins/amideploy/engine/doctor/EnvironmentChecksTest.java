package io.jenkins.plugins.amideploy.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.ShapeVariables;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.doctor.Check.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentChecksTest {
    private static final String SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbC123";

    private final List<String> asked = new ArrayList<>();
    private AwsFailure failure;

    private final EnvironmentReader reader = new EnvironmentReader() {
        @Override
        public Optional<String> zoneName(String hostedZoneId) {
            ask(hostedZoneId);
            return hostedZoneId.equals("Z1") ? Optional.of("example.org") : Optional.empty();
        }

        @Override
        public boolean parameterExists(String name) {
            ask(name);
            return Set.of("/web/url", "plain").contains(name);
        }

        @Override
        public boolean secretExists(String arn) {
            ask(arn);
            return arn.equals(SECRET);
        }
    };

    private void ask(String what) {
        asked.add(what);
        if (failure != null) {
            throw failure;
        }
    }

    private List<Check> checks(String variables) {
        return new EnvironmentChecks(
                        reader,
                        "eu-west-1",
                        ShapeVariables.parse("f", variables).application())
                .all();
    }

    private Check only(String variables) {
        List<Check> checks = checks(variables);
        assertThat(checks).hasSize(1);
        return checks.get(0);
    }

    @Test
    void nothingNamed_asksNobody() {
        assertThat(checks("app_environment = { LOG_LEVEL = \"info\" }")).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void whatIsNamedAndThere_isGood() {
        assertThat(checks(
                        """
                                certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
                                domain_name = "www.example.org"
                                hosted_zone_id = "Z1"
                                app_secrets = {
                                  A = "/web/url", B = "plain"
                                  C = "arn:aws:ssm:eu-west-1:123456789012:parameter/web/url"
                                  D = "arn:aws:ssm:eu-west-1:123456789012:parameter/plain"
                                  E = "%1$s", F = "%1$s:password::"
                                }
                                """
                                .formatted(SECRET)))
                .hasSize(8)
                .allMatch(check -> check.status() == Status.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    certificate_arn = "arn:aws:acm:us-east-1:1:certificate/1" | arn:aws:acm:us-east-1:1:certificate/1 is of region us-east-1, the load balancer of eu-west-1
                    certificate_arn = "arn:aws:iam::1:server-certificate/1"   | arn:aws:iam::1:server-certificate/1 is no ARN of a certificate in ACM
                    domain_name = "example.com"\\nhosted_zone_id = "Z1"       | example.com is outside of hosted zone Z1 (example.org)
                    domain_name = "badexample.org"\\nhosted_zone_id = "Z1"    | badexample.org is outside of hosted zone Z1 (example.org)
                    domain_name = "example.org"\\nhosted_zone_id = "Z2"       | hosted zone Z2 does not exist
                    app_secrets = { A = "/web/none" }                         | parameter /web/none does not exist
                    app_secrets = { A = "arn:aws:ssm:us-east-1:1:parameter/x" } | arn:aws:ssm:us-east-1:1:parameter/x is of region us-east-1, the stack of eu-west-1
                    app_secrets = { A = "postgres://me:word@host" }           | is neither a parameter's name nor an ARN (not shown: it may be the secret itself)
                    app_environment = { PORT = 1 }                            | PORT is set on every instance, as PORT, STATE_DIRECTORY, PATH and APP_… are
                    app_environment = { "A-B" = 1 }                           | A-B cannot be a variable's name
                    """)
    void whatCannotEndWell_isOneLineWithACure(String variables, String seen) {
        Check check = only(variables.replace("\\n", "\n"));
        assertThat(check.status()).isEqualTo(Status.FAIL);
        assertThat(check.seen()).isEqualTo(seen);
        assertThat(check.cure()).isNotEmpty();
        assertThat(EnvironmentChecks.refusal(List.of(check), note -> {}))
                .contains(new Diagnosis(
                        Cause.BAD_INPUT, check.name() + ": " + seen, List.of(), "", check.cure(), check.command()));
    }

    @Test
    void zoneThatIsNotThere_namesTheCommandThatShowsThem() {
        Check check = only("domain_name = \"example.org\"\nhosted_zone_id = \"Z2\"");
        assertThat(check.refusal().lines())
                .containsExactly(
                        "BAD_INPUT: domain: hosted zone Z2 does not exist",
                        "  do: correct hosted_zone_id in the variables file; what zones there are:",
                        "      aws route53 list-hosted-zones");
    }

    @Test
    void whatMayNotBeLookedAt_isSaidAndNotTakenAsMissing() {
        failure = new AwsFailure(AwsFailure.Kind.ACCESS_DENIED, "ssm:DescribeParameters", "x", "denied", null);
        Check check = only("app_secrets = { A = \"/web/url\" }");
        assertThat(check.status()).isEqualTo(Status.NOT_CHECKED);
        assertThat(check.seen()).isEqualTo("whether parameter /web/url exists was not looked up: denied");

        failure = new AwsFailure(AwsFailure.Kind.NO_ANSWER, "ssm:DescribeParameters", "", "nobody answers", null);
        assertThatThrownBy(() -> checks("app_secrets = { A = \"/web/url\" }")).isSameAs(failure);
    }
}
