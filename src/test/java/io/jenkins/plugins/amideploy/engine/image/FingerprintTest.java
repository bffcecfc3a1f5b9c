package io.jenkins.plugins.amideploy.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a fingerprint takes in, one thing after the other, and what it does not: the list of docs/images.md. */
class FingerprintTest {
    private static final Survey SURVEY = survey("2.19.4", "1", "1", "1", "c1");
    private static final String BASE = Fingerprint.base("ami-1", SURVEY);

    private static Survey survey(String ansible, String base, String application, String file, String commit) {
        return new Survey(
                ansible,
                Map.of("ansible/base.yml", base, "packer/image.pkr.hcl", "0"),
                Map.of("ansible/application.yml", application),
                Map.of("webapp/__init__.py", file, "requirements.txt", "0"),
                Map.of(),
                "start",
                true,
                commit,
                "v of " + commit,
                List.of("remark on " + commit));
    }

    private static ImageSettings settings(String... packages) {
        return page("{\"packages\": ["
                + Stream.of(packages).map(name -> "\"" + name + "\"").collect(Collectors.joining(", ")) + "]}");
    }

    private static ImageSettings page(String text) {
        return ImageSettings.parse("image.yml", text, new TinyJson());
    }

    private static String application(Survey survey) {
        return Fingerprint.application("web", BASE, survey, settings());
    }

    @Test
    void fingerprint_isSha256InHexAndStaysTheSame() {
        assertThat(BASE).isEqualTo("91f35a07213715b533a14400590bc31798379cfaa9c4f7c0d06e4afe68463418");
        assertThat(application(SURVEY)).isEqualTo("dbfdbf8eb470157b618298a92e31e8e13f8843c6c038b0c951affc64f1e91975");
    }

    /** The same as {@code digest} of ansible/sources.py: names with their digests, each with a NUL behind it. */
    @Test
    void files_areDigestedAsTheRecipesDo() {
        assertThat(Fingerprint.files(SURVEY))
                .isEqualTo("4c6da8141547594eb4dbc7487c8f490e365063d64349618f0cd4ae4361c99ed9");
    }

    @Test
    void base_isOfUpstreamImageRecipesAndAnsible() {
        assertThat(Fingerprint.base("ami-2", SURVEY)).isNotEqualTo(BASE);
        assertThat(Fingerprint.base("ami-1", survey("2.19.5", "1", "1", "1", "c1")))
                .isNotEqualTo(BASE);
        assertThat(Fingerprint.base("ami-1", survey("2.19.4", "2", "1", "1", "c1")))
                .isNotEqualTo(BASE);
    }

    @Test
    void base_isNotOfTheApplicationNorOfItsCommit() {
        assertThat(Fingerprint.base("ami-1", survey("2.19.4", "1", "2", "2", "c2")))
                .isEqualTo(BASE);
    }

    @Test
    void application_isOfBaseAppRecipesFilesPackagesAndAnsible() {
        assertThat(List.of(
                        application(SURVEY),
                        Fingerprint.application("web", "another base", SURVEY, settings()),
                        Fingerprint.application("shop", BASE, SURVEY, settings()),
                        Fingerprint.application("web", BASE, SURVEY, settings("libpq5")),
                        Fingerprint.application("web", BASE, SURVEY, settings("libpq5", "nginx")),
                        application(survey("2.19.5", "1", "1", "1", "c1")),
                        application(survey("2.19.4", "1", "2", "1", "c1")),
                        application(survey("2.19.4", "1", "1", "2", "c1"))))
                .doesNotHaveDuplicates();
    }

    @Test
    void application_isOfAllThatItsPageSaysOfTheMachine() {
        List<String> pages = List.of(
                "{}",
                "{\"packages\": [\"gcc\"]}",
                "{\"build_packages\": [\"gcc\"]}",
                "{\"tasks\": \"image/tasks.yml\"}",
                "{\"tasks\": \"image/other.yml\"}",
                "{\"outgoing_ports\": [443]}",
                "{\"outgoing_ports\": [443, 5432]}",
                "{\"writable_memory\": true}",
                "{\"system_calls\": [\"@resources\"]}",
                "{\"start_in_bake\": false}",
                "{\"bake_environment\": {\"A\": \"1\"}}",
                "{\"bake_environment\": {\"A\": \"2\"}}");
        assertThat(pages.stream().map(page -> Fingerprint.application("web", BASE, SURVEY, page(page))))
                .doesNotHaveDuplicates();
    }

    @Test
    void application_isOfItsTasksAndWhatLiesBesideThem() {
        Survey with = new Survey(
                SURVEY.ansibleCore(),
                SURVEY.base(),
                SURVEY.application(),
                SURVEY.files(),
                Map.of("tasks.yml", "1"),
                "start",
                true,
                "",
                "",
                List.of());
        assertThat(application(with)).isNotEqualTo(application(SURVEY));
    }

    @Test
    void application_isNotOfCommitVersionAndRemarks() {
        assertThat(application(survey("2.19.4", "1", "1", "1", "c2"))).isEqualTo(application(SURVEY));
    }

    @Test
    void application_isNotOfTheOrderOfPackagesNorOfTagsAgeAndWhereItIsBaked() {
        ImageSettings one = settings("a", "b");
        ImageSettings other = page(
                """
                {"packages": ["b", "a", "b"], "instance_type": "m5.large", "vpc_id": "vpc-0123456a",
                 "subnet_id": "subnet-0123456a", "base_max_age_days": 1, "tags": {"team": "web"},
                 "directory": "elsewhere", "exclude": ["tests"]}
                """);

        assertThat(Fingerprint.application("web", BASE, SURVEY, other))
                .isEqualTo(Fingerprint.application("web", BASE, SURVEY, one));
    }

    @Test
    void namesAndDigests_cannotBeTakenForEachOther() {
        Survey joined = new Survey(
                "1", Map.of("ab", "c"), Map.of("x", "y"), Map.of("a", "bc"), Map.of(), "", true, "", "", List.of());
        Survey parted = new Survey(
                "1", Map.of("a", "bc"), Map.of("x", "y"), Map.of("a", "bc"), Map.of(), "", true, "", "", List.of());

        assertThat(Fingerprint.base("ami-1", joined)).isNotEqualTo(Fingerprint.base("ami-1", parted));
    }
}
