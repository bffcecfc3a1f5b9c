package io.jenkins.plugins.amideploy.engine;

import static io.jenkins.plugins.amideploy.engine.Fuzz.readOrRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands in a variables file is read, or refused in a line; what we write ourselves is read as it was. */
class VariablesProperties {
    private static final String NEEDED = "app = \"shop\"\nenvironment = \"demo\"\nregion = \"us-east-1\"\n";

    private static final DeclaredVariables DECLARED =
            new DeclaredVariables(List.of("variable \"app\" {\n}\nvariable \"max_size\" {\n}\n"));

    @Provide
    Arbitrary<String> files() {
        return Fuzz.texts(
                        "app",
                        "environment",
                        "region",
                        "max_size",
                        "state_bucket",
                        "app_environment",
                        "app_secrets",
                        "instance_egress",
                        "subnet_ids",
                        "require_approval",
                        "account_id",
                        "release_webhook_url",
                        " = ",
                        "=",
                        "\n",
                        "\r\n",
                        "\"",
                        "\\",
                        "\\\"",
                        "${",
                        "$${",
                        "%{",
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "#",
                        "//",
                        "/*",
                        "*/",
                        "<<END",
                        "null",
                        "true",
                        "7",
                        "-1.5",
                        "99999999999999999999",
                        "\"a\"",
                        "\uFEFF",
                        "\0")
                .map(text -> text.hashCode() % 2 == 0 ? text : NEEDED + text);
    }

    @Property
    void anyFile_isReadOrRefused(@ForAll("files") String text) {
        read(text);
    }

    @Example
    void fileThatGoesOnForEver_isReadOrRefused() {
        for (String value :
                Fuzz.longOnes("a", "\\\"", "[", "{", "{ a = ", "[[], ", "\"a\", ", "9", " ", "/*", "$${", "\n")) {
            for (String name : List.of("app_environment", "state_bucket")) {
                read(NEEDED + name + " = " + value + "\n");
                read(NEEDED + name + " = { A = \"" + value + "\" }\n");
            }
            read(value);
        }
    }

    private static void read(String text) {
        readOrRefused(() -> Variables.parse("demo.pkrvars.hcl", text), read -> assertThat(read.stateKey())
                .isNotEmpty());
        readOrRefused(() -> ShapeVariables.parse("demo.pkrvars.hcl", text), read -> assertThat(read.settings())
                .isNotEmpty());
        readOrRefused(() -> DECLARED.refusal("demo.pkrvars.hcl", text));
        readOrRefused(() -> OutsideVariables.refusal("demo.pkrvars.hcl", text, Set.of("TF_VAR_max_size")));
    }

    @Provide
    Arbitrary<Map<String, String>> settings() {
        Arbitrary<String> values = Fuzz.texts(
                        "a", "\"", "\\", "${", "$${", "%{", "$", "%", "{", "}", "\n", "\r", "\t", "#", "//", "/*", "*/",
                        "é")
                .map(text -> text.replaceAll("[\\x00\\uFFFD\\uFEFF\\p{Cs}]", "").replaceAll("\\R", "\n"));
        return Arbitraries.maps(Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(5), values)
                .ofMaxSize(4);
    }

    @Property
    void settingsThatWeWrote_areReadAsTheyWere(@ForAll("settings") Map<String, String> settings) {
        String text = NEEDED + "app_environment = " + Hcl.map(settings) + "\n";

        assertThat(Variables.parse("demo.pkrvars.hcl", text).application().environment())
                .isEqualTo(settings);
    }
}
