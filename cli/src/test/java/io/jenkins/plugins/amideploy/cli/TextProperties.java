package io.jenkins.plugins.amideploy.cli;

import static io.jenkins.plugins.amideploy.engine.Fuzz.readOrRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Fuzz;
import io.jenkins.plugins.amideploy.engine.image.ImageSettings;
import io.jenkins.plugins.amideploy.engine.stack.ErroredState;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.tool.TerraformOutput;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import picocli.CommandLine.TypeConversionException;

/** Whatever text the command line is given where it wants YAML, JSON or a time: it is read, or refused in a line. */
class TextProperties {
    private static final AppId APP = new AppId("shop", "demo");

    private final JacksonParser json = new JacksonParser();
    private final YamlParser yaml = new YamlParser();

    @Provide
    Arbitrary<String> yamls() {
        return Fuzz.texts(
                "packages",
                "tags",
                "base_image",
                ":",
                ": ",
                "- ",
                "\n",
                "  ",
                "\t",
                "[",
                "]",
                "{",
                "}",
                ",",
                "\"",
                "'",
                "&a ",
                "*a",
                "!!set ",
                "!x ",
                "|",
                ">",
                "---",
                "...",
                "%YAML 9.9",
                "? ",
                "<<",
                "0x1F",
                "1e400",
                ".inf",
                "2026-11-26",
                "~",
                "#");
    }

    @Property
    void anyYaml_isReadOrRefused(@ForAll("yamls") String text) {
        page(text);
    }

    @Example
    void documentThatGoesOnForEver_isReadOrRefused() {
        for (String each :
                Fuzz.longOnes("[", "{", "{a: ", "- ", "a", "\"", "\n", "? ", "&a ", "!", "9", "a: b\n", "[\"a\",")) {
            page(each);
            page("tags: " + each);
            document(each);
            document("{\"version\":4,\"lineage\":\"l\",\"resources\":" + each);
        }
    }

    private void page(String text) {
        readOrRefused(() -> ImageSettings.parse("image.yml", text, yaml), read -> assertThat(read.tags())
                .isNotNull());
    }

    @Provide
    Arbitrary<String> jsons() {
        return Fuzz.texts(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"",
                "\"version\"",
                "4",
                "\"lineage\"",
                "\"resources\"",
                "\"type\"",
                "null",
                "true",
                "-",
                "1e999",
                "\\u00",
                "\\",
                "//",
                "NaN",
                " ",
                "\n");
    }

    @Property
    void anyJson_isReadOrRefused(@ForAll("jsons") String text) {
        document(text);
    }

    private void document(String text) {
        readOrRefused(() -> KnownResources.of("state", text, json));
        readOrRefused(() -> ErroredState.of("errored.tfstate", text, APP, json));
        assertThat(new TerraformOutput("plan", json).accept(text)).isNotNull();
    }

    @Property
    void anyTime_isReadOrRefused(@ForAll("times") String text) {
        readOrRefused(
                () -> {
                    try {
                        return new Durations().convert(text);
                    } catch (TypeConversionException refused) {
                        throw new IllegalArgumentException(refused.getMessage().replace("\n", " "));
                    }
                },
                read -> assertThat(read).isBetween(Duration.ofSeconds(1), Duration.ofHours(999_999)));
    }

    @Provide
    Arbitrary<String> times() {
        return Fuzz.texts("1", "9", "0", "s", "m", "h", "-", " ");
    }

    @Property
    void documentThatWeWrote_isReadAsItWas(@ForAll("trees") Object tree) {
        assertThat(json.parse(json.write(tree))).isEqualTo(tree);
    }

    @Provide
    Arbitrary<Object> trees() {
        return Fuzz.trees(List.of("a", "b", "c"), "x", "\"", "\\", "\n", "é");
    }
}
