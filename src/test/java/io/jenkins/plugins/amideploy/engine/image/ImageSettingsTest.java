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
                                 "tags": {"team": "web", "cost": 4711}}
                                """))
                .isEqualTo(new ImageSettings(
                        BaseImage.AMAZON_LINUX_2023,
                        List.of("libpq5", "nginx"),
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
                    {"tags": {"ami-deploy:app": "x"}} | image.yml: tags is ami-deploy:app: it must be other names than Name, ami-deploy:… and aws:…
                    """)
    void malformedPage_isOneLineWithTheCure(String page, String message) {
        assertThatThrownBy(() -> parse(page))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void unknownKey_isNamedBesideThoseThatThereAre() {
        assertThatThrownBy(() -> parse("{\"base-image\": \"debian-12\"}"))
                .hasMessageContaining("base-image is not known: keys are base_image, packages, instance_type, vpc_id,"
                        + " subnet_id, base_max_age_days, tags");
    }

    @Test
    void defaultTags_giveWayToThePages() {
        ImageSettings settings = parse("{\"tags\": {\"team\": \"web\"}}");

        assertThat(settings.withDefaultTags(Map.of("team", "all", "cost", "1")).tags())
                .isEqualTo(Map.of("team", "web", "cost", "1"));
    }
}
