package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.aws.LocalWorld;
import io.jenkins.plugins.amideploy.engine.BadInput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets that tools print, and that are in the surroundings, are nowhere afterwards: not in what is said, in logs, in a failure as JSON, in a record or
 * claim in the bucket, of any version, or in the log of calls. What machines keep is looked through by {@code tests/embedded/canary.py}.
 */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
class CanaryPlacesTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private static final Map<String, String> SECRETS = Map.of(
            "AWS_SECRET_ACCESS_KEY", "canary-of-the-key-0123456789abcdefABCDEF",
            "TF_VAR_db_password", "canary-of-a-variable",
            "WEBHOOK", "canary-of-the-webhook");

    /** Tells all that it knows, as a tool under {@code TF_LOG} does, and fails with it. */
    private static final String TALKS = "echo \"$AWS_SECRET_ACCESS_KEY $TF_VAR_db_password\"\n"
            + "echo \"$AWS_SECRET_ACCESS_KEY $TF_VAR_db_password\" >&2\n";

    private static final String TERRAFORM = "#!/bin/sh\n" + TALKS
            + """
            case $1 in
              plan)
                for each in "$@"; do case $each in -out=*) echo a plan > "${each#-out=}" ;; esac; done
                echo '{"type":"planned_change","change":{"resource":{"addr":"aws_lb.web"},"action":"create"}}'
                echo '{"type":"change_summary","changes":{"add":1,"change":0,"import":0,"remove":0,"operation":"plan"}}'
                exit 2 ;;
              apply)
                echo "{\\"type\\":\\"diagnostic\\",\\"diagnostic\\":{\\"severity\\":\\"error\\",\\"summary\\":\\"no $TF_VAR_db_password\\",\\"detail\\":\\"key $AWS_SECRET_ACCESS_KEY\\"}}"
                exit 1 ;;
            esac
            """;

    private static final String PACKER = "#!/bin/sh\n" + TALKS
            + """
            if [ "$1" = build ]; then
              echo "1700000000,,ui,say,==> amazon-ebs.webapp: Creating temporary keypair: packer_$TF_VAR_db_password"
              echo "1700000000,amazon-ebs.webapp,error,no $AWS_SECRET_ACCESS_KEY"
              exit 1
            fi
            """;

    @TempDir
    private Path directory;

    @Test
    void secretsThatToolsPrint_areNowhere() throws Exception {
        try (LocalWorld world = LocalWorld.up(REPOSITORY);
                BadInputGround ground = new BadInputGround(REPOSITORY, directory, world.environment())) {
            BadInputGround.Ended applied = ground.give(
                    input("deploy -e demo --image-id IMAGE --auto-approve --create-state-bucket --json"), "canary");
            BadInputGround.Ended baked = ground.give(input("deploy -e demo --auto-approve --json"), "canary");

            assertThat(applied.said()).contains("error: ", "no ****", "\"failure\"");
            assertThat(baked.said()).contains("error: ", "\"failure\"");
            Map<String, String> objects = ground.objects();
            assertThat(objects.keySet())
                    .anyMatch(key -> key.contains("/releases/000001/end.json"))
                    .anyMatch(key -> key.contains("/releases/000002/end.json"))
                    .anyMatch(key -> key.contains("shop/demo/run.json"))
                    .anyMatch(key -> key.contains("/terraform-runs/"))
                    .anyMatch(key -> key.contains("/claims/"));
            Map<String, String> places = new TreeMap<>(objects);
            places.put("what the apply said", applied.said());
            places.put("what the bake said", baked.said());
            places.put("log of calls", world.calls());
            files(places);
            for (String secret : SECRETS.values()) {
                assertThat(places)
                        .allSatisfy((place, text) -> assertThat(text).as(place).doesNotContain(secret));
            }
        }
    }

    private static BadInput input(String arguments) {
        String webhook = "release_webhook_url = \"http://127.0.0.1:1/" + SECRETS.get("WEBHOOK") + "\"\n";
        Map<String, String> environment = new TreeMap<>(SECRETS);
        environment.remove("WEBHOOK");
        Map<String, String> tools = Map.of(
                "terraform",
                TERRAFORM,
                "packer",
                PACKER,
                "ansible-playbook",
                "#!/bin/sh\necho 'ansible-playbook [core 2.19.4]'\n");
        return new BadInput(
                "",
                "",
                List.of(arguments.split(" ")),
                "",
                false,
                false,
                1,
                List.of(),
                webhook,
                Map.of(),
                Map.of(),
                environment,
                tools,
                Map.of());
    }

    /** Everything below the directories of the runs, but for what the test itself wrote: settings and tools. */
    private void files(Map<String, String> places) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(file).toString();
                if (!name.contains("/environments/") && !name.contains("/tools/")) {
                    places.put(name, Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        assertThat(places.keySet()).anyMatch(name -> name.contains("/logs/"));
    }
}
