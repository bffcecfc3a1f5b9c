package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.Outcome.Kind;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    init-no-credentials.jsonl | BAD_INPUT    | NO_CREDENTIALS       | no AWS credentials were found in the environment, the profile files or instance metadata; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
                    init-unreachable.jsonl    | FAILED       | NO_ANSWER            | AWS endpoint http://127.0.0.1:1 does not answer (connection refused); check the network, the proxy, AWS_ENDPOINT_URL and the region's name
                    init-bucket-missing.jsonl | FAILED       | STATE_BUCKET_MISSING | state bucket b1 does not exist; run again with --create-state-bucket, or set state_bucket in the variables file
                    apply-stale.jsonl         | FAILED       | PLAN_STALE           | the saved plan is stale, the state has changed since it was made; plan again
                    plan-bad-variable.jsonl   | BAD_INPUT    | BAD_INPUT            | terraform x failed: main.tf line 12: Invalid value for variable: revision is 0: it must be positive.
                    plan-locked.jsonl         | STATE_LOCKED | STATE_LOCKED         | state ami-deploy-state/web/demo/terraform.tfstate is locked, held by root@vm since 2026-11-23T11:48:57Z for apply (lock e1f05059-7665-5c57-9db4-2a5adb788d90); see whose it is, and remove it if that run is dead (a build: with UNLOCK):
                    """)
    void terraform_isExplainedInOneLine(String recording, Kind kind, Cause cause, String message) {
        TerraformOutput output = new TerraformOutput("x", new TinyJson());
        Fixtures.play("terraform-1.11/" + recording, output);

        Outcome<String> outcome =
                Explanation.of(Tool.TERRAFORM, ToolResult.exited("x", 1).withProblems(output.problems()));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.diagnosis().cause()).isEqualTo(cause);
            assertThat(failure.message()).isEqualTo(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    no-credentials.txt | BAD_INPUT | no AWS credentials
                    name-taken.txt     | FAILED    | an image of that name exists already (ami-d96d77ec797d2dba3)
                    bad-variable.txt   | BAD_INPUT | packer x failed: Error: Undefined -var variable: A "nosuch" variable was passed
                    """)
    void packer_isExplainedInOneLine(String recording, Kind kind, String beginning) {
        PackerOutput output = new PackerOutput("bake", Lookout.none(), InstantSource.system());
        Fixtures.play("packer-1.16/" + recording, output);

        Outcome<String> outcome =
                Explanation.of(Tool.PACKER, ToolResult.exited("x", 1).withProblems(output.problems()));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.message()).startsWith(beginning).doesNotContain("\n");
        });
    }

    @Test
    void dnsRecordThatIsInNoState_isNamed() {
        ToolResult result = ToolResult.exited("apply", 1)
                .withProblems(List.of(
                        Problem.of("creating Route 53 Record: InvalidChangeBatch: [Tried to create resource record"
                                + " set [name='www.example.com.', type='A'] but it already exists]")));
        assertThat(Explanation.<String>of(Tool.TERRAFORM, result))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                    assertThat(failure.diagnosis().cause()).isEqualTo(Cause.NOT_OURS);
                    assertThat(failure.message())
                            .startsWith(
                                    "the DNS record www.example.com already exists and is not in the stack's state; remove it");
                });
    }

    @Test
    void nameTakenBySomethingWithoutTags_saysHowToGoOn() {
        ToolResult result = ToolResult.exited("apply", 1)
                .withProblems(List.of(Problem.of("ELBv2 Load Balancer (web-demo) already exists")));
        assertThat(Explanation.<String>of(Tool.TERRAFORM, result))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                    assertThat(failure.diagnosis().cause()).isEqualTo(Cause.NOT_OURS);
                    assertThat(failure.message())
                            .isEqualTo(
                                    "ELBv2 Load Balancer (web-demo) already exists and is not in the stack's state; it lacks the stack's tags,"
                                            + " else it would have been taken up: choose another app or environment, or remove it and run again");
                });
    }

    @Test
    void missingTool_saysHowToGetIt() {
        assertThat(Explanation.<String>of(Tool.PACKER, ToolResult.missing("init")))
                .isEqualTo(Outcome.failure(
                        Kind.TOOL_MISSING, "packer not found on PATH: install packer or run make tools"));
    }

    @Test
    void silentFailure_namesItsExitCode() {
        assertThat(Explanation.<String>of(Tool.PACKER, ToolResult.exited("build", 137)))
                .isEqualTo(Outcome.failure(Kind.FAILED, "packer build ended with exit code 137: see its log"));
    }
}
