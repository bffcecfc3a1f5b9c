package io.jenkins.plugins.amideploy.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and types; that YAML is read as such is the front doors' part. */
class ImageSettingsTest {
    private static ImageSettings parse(String text) {
        return ImageSettings.parse("image.yml", text, new TinyJson());
    }

    @Test
    void allKeys_areRead() {
        assertThat(
                        parse(
                                """
                                {"base_image": "amazon-linux-2023", "packages": ["nginx", "libpq5"], "instance_type": "m5.large",
                                 "vpc_id": "vpc-0123456a", "subnet_id": "subnet-0123456b", "base_max_age_days": 3,
                                 "tags": {"team": "web", "cost": 4711}, "directory": "src", "exclude": ["tests"],
                                 "tasks": "image/tasks.yml", "build_packages": ["libpq-dev", "gcc"], "outgoing_ports": [5432, 443],
                                 "writable_memory": true, "system_calls": ["@resources"], "start_in_bake": false,
                                 "bake_environment": {"DATABASE_URL": "sqlite://", "WORKERS": 2}}
                                """))
                .isEqualTo(new ImageSettings(
                        new ApplicationFiles("src", List.of("tests"), "image/tasks.yml"),
                        BaseImage.AMAZON_LINUX_2023,
                        List.of("libpq5", "nginx"),
                        List.of("gcc", "libpq-dev"),
                        new Allowances(List.of(443, 5432), true, List.of("@resources")),
                        new TrialStart(false, Map.of("DATABASE_URL", "sqlite://", "WORKERS", "2")),
                        "m5.large",
                        "vpc-0123456a",
                        "subnet-0123456b",
                        3,
                        Map.of("team", "web", "cost", "4711")));
    }

    @Test
    void whatIsNotSaid_isTheDefault() {
        assertThat(parse("{}")).isEqualTo(ImageSettings.DEFAULTS);
        assertThat(parse("null")).isEqualTo(ImageSettings.DEFAULTS);
        assertThat(parse("{\"packages\": null, \"base_max_age_days\": null}")).isEqualTo(ImageSettings.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ["a"]                        | image.yml: it must be keys with values, such as "base_image: debian-12"
                    {"base_image": "windows"}    | image.yml: base_image is "windows": it must be one of debian-12, amazon-linux-2023
                    {"base_image": 12}           | image.yml: base_image is 12: it must be text such as debian-12
                    {"packages": "nginx"}        | image.yml: packages is nginx: it must be a list of names, such as [libpq5]
                    {"packages": ["a b"]}        | image.yml: packages is a b: it must be names of packages
                    {"packages": ["-x"]}         | image.yml: packages is -x: it must be names of packages
                    {"instance_type": "big"}     | image.yml: instance_type is big: it must be text such as t3.small
                    {"vpc_id": "subnet-1"}       | image.yml: vpc_id is subnet-1: it must be text such as vpc-0123456789abcdef0
                    {"base_max_age_days": "7"}   | image.yml: base_max_age_days is 7: it must be a whole number from 0 to 365
                    {"base_max_age_days": -1}    | image.yml: base_max_age_days is -1: it must be a whole number from 0 to 365
                    {"tags": ["a"]}              | image.yml: tags is [a]: it must be names with values, such as {team: web}
                    {"tags": {"a": ["b"]}}       | image.yml: tags is a: [b]: it must be names with plain values, such as {team: web}
                    {"directory": "/srv"}        | image.yml: directory is /srv: it must be text such as webapp, relative to this file
                    {"exclude": "tests"}         | image.yml: exclude is tests: it must be a list of patterns, such as [tests, "**/*.map"]
                    {"exclude": [1]}             | image.yml: exclude is 1: it must be patterns of paths below the application's directory
                    {"tasks": "tasks.yml"}       | image.yml: tasks is tasks.yml: it must be text such as image/tasks.yml, a file in a directory of its own, relative to this file
                    {"build_packages": "gcc"}    | image.yml: build_packages is gcc: it must be a list of names, such as [gcc, libpq-dev]
                    {"outgoing_ports": 443}      | image.yml: outgoing_ports is 443: it must be a list of TCP ports, such as [5432]
                    {"outgoing_ports": [0]}      | image.yml: outgoing_ports is 0: it must be a whole number from 1 to 65535
                    {"outgoing_ports": ["443"]}  | image.yml: outgoing_ports is 443: it must be a whole number from 1 to 65535
                    {"writable_memory": "yes"}   | image.yml: writable_memory is yes: it must be true or false
                    {"start_in_bake": 0}         | image.yml: start_in_bake is 0: it must be true or false
                    {"system_calls": ["~mount"]} | image.yml: system_calls is ~mount: it must be names of system calls or of groups of them, such as "@resources"
                    {"bake_environment": ["A"]}  | image.yml: bake_environment is [A]: it must be names with values, such as {DATABASE_URL: "sqlite://"}
                    {"bake_environment": {"A-B": "1"}} | image.yml: bake_environment is A-B: it must be names of variables of letters, digits and _, with plain values
                    {"tags": {"ami-deploy:app": "x"}} | image.yml: tags: tag ami-deploy:app: Name, ami-deploy:… and aws:… in any case are reserved; choose another key
                    {"tags": {"AWS:team": "x"}}       | image.yml: tags: tag AWS:team: Name, ami-deploy:… and aws:… in any case are reserved; choose another key
                    {"tags": {"team": "R&D (web)"}}   | image.yml: tags: tag team is R&D (web): a value has at most 256 letters, digits, spaces and _ . : / = + - @
                    """)
    void malformedPage_isOneLineWithTheCure(String page, String message) {
        assertThatThrownBy(() -> parse(page))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void unknownKey_isNamedBesideThoseThatThereAre() {
        assertThatThrownBy(() -> parse("{\"base-image\": \"debian-12\"}"))
                .hasMessageContaining("base-image is not known: keys are directory, exclude, tasks, base_image,"
                        + " packages, build_packages, outgoing_ports, writable_memory, system_calls, start_in_bake,"
                        + " bake_environment, instance_type, vpc_id, subnet_id, base_max_age_days, tags");
    }

    @Test
    void defaultTags_giveWayToThePages() {
        ImageSettings settings = parse("{\"tags\": {\"team\": \"web\"}}");

        assertThat(settings.withDefaultTags(Map.of("team", "all", "cost", "1")).tags())
                .isEqualTo(Map.of("team", "web", "cost", "1"));
    }
}
