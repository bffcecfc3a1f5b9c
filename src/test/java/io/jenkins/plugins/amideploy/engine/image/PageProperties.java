package io.jenkins.plugins.amideploy.engine.image;

import static io.jenkins.plugins.amideploy.engine.Fuzz.readOrRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Fuzz;
import io.jenkins.plugins.amideploy.engine.OutgoingPorts;
import io.jenkins.plugins.amideploy.engine.TagRule;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever image.yml, a survey, a manifest or an image's tags say is read, or refused in a line. */
class PageProperties {
    private static final List<String> KEYS = List.of(
            "base_image",
            "packages",
            "build_packages",
            "directory",
            "exclude",
            "tasks",
            "outgoing_ports",
            "writable_memory",
            "system_calls",
            "start_in_bake",
            "bake_environment",
            "instance_type",
            "vpc_id",
            "subnet_id",
            "base_max_age_days",
            "tags");

    private static final List<String> NAMES = List.of(
            "format",
            "layers",
            "base",
            "application",
            "tasks",
            "start",
            "python",
            "locked",
            "requirements",
            "commit",
            "version",
            "notes",
            "ansible_core",
            "builds",
            "artifact_id",
            "packer_run_uuid",
            "last_run_uuid");

    @Provide
    Arbitrary<Object> pages() {
        return Arbitraries.oneOf(
                Fuzz.objects(KEYS, "debian-12", "t3.small", "vpc-01234567", "aws:x", "../..", "/etc", "a\nb")
                        .map(page -> page),
                Fuzz.trees(KEYS));
    }

    @Property
    void anyPage_isReadOrRefused(@ForAll("pages") Object page) {
        readOrRefused(() -> ImageSettings.parse("image.yml", "", text -> page), read -> assertThat(
                        read.withDefaultTags(Map.of("team", "web")).baseMaxAge())
                .isNotNull());
    }

    @Example
    void pageThatGoesOnForEver_isReadOrRefused() {
        for (String each : Fuzz.longOnes("a", "a/", "*", " ", "\n", "@", "1.")) {
            for (String key : KEYS) {
                for (Object value : List.of(each, List.of(each), Map.of(each, each))) {
                    readOrRefused(() -> ImageSettings.parse("image.yml", "", text -> Map.of(key, value)));
                }
            }
            TagRule.of(Map.of(each, each));
            OutgoingPorts.ofTag(each);
        }
    }

    @Provide
    Arbitrary<Object> documents() {
        return Fuzz.trees(NAMES, "us-east-1:ami-1", "ami-1", ":", ",", "1");
    }

    @Property
    void anySurvey_isReadOrRefused(@ForAll("documents") Object document) {
        readOrRefused(() -> Survey.of(Json.of(document)));
    }

    @Provide
    Arbitrary<Map<String, Object>> surveys() {
        Map<String, Object> whole = Map.of(
                "format",
                2,
                "start",
                "serve",
                "locked",
                true,
                "tasks",
                Map.of(),
                "ansible_core",
                "2.19.4",
                "commit",
                "c",
                "version",
                "v",
                "notes",
                List.of(),
                "layers",
                Map.of("base", Map.of("a", "1"), "application", Map.of("b", "2")),
                "application",
                Map.of("c", "3"));
        return Fuzz.objects(NAMES).map(changes -> {
            Map<String, Object> changed = new LinkedHashMap<>(whole);
            changes.entrySet().stream().limit(3).forEach(each -> changed.put(each.getKey(), each.getValue()));
            return changed;
        });
    }

    @Property
    void surveyWithSomethingOdd_isReadOrRefused(@ForAll("surveys") Map<String, Object> document) {
        readOrRefused(() -> Survey.of(Json.of(document)));
    }

    @Property
    void anyManifest_hasAnImageOrNone(@ForAll("documents") Object document) {
        assertThat(Manifest.amiId(Json.of(document))).isNotNull();
    }

    @Property
    void manifestAsPackerWritesIt_hasItsImage(@ForAll("ids") String id) {
        Json manifest = Json.of(Map.of(
                "builds",
                List.of(
                        Map.of("artifact_id", "us-east-1:ami-old", "packer_run_uuid", "1"),
                        Map.of("artifact_id", "us-east-1:" + id + ",eu-west-1:ami-copy", "packer_run_uuid", "2")),
                "last_run_uuid",
                "2"));

        assertThat(Manifest.amiId(manifest)).contains(id);
    }

    @Provide
    Arbitrary<String> ids() {
        return Arbitraries.strings()
                .withChars("0123456789abcdef")
                .ofMinLength(8)
                .ofMaxLength(17)
                .map(id -> "ami-" + id);
    }

    @Property
    void anyTags_ofAnImage_areRead(@ForAll String value) {
        Image image = new Image(
                "ami-1", value, Instant.EPOCH, List.of(), Map.of(Tags.BASE_BAKED_AT, value, Tags.BASE_IMAGE, value));
        assertThat(image.baseBakedAt()).isNotNull();
        assertThat(image.source()).isNotNull();
        assertThat(OutgoingPorts.ofTag(value)).isNotNull();
        TagRule.of(Map.of("team", value)).ifPresent(why -> assertThat(why).isNotBlank());
    }
}
