package io.jenkins.plugins.amideploy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to write a variable, as variables-files.json lists them; tests/unit/test_variables_files.py asks Terraform the same. */
class VariablesFileTest {
    private static final String FILE = "a.hcl";

    /** A line of the table. */
    record Case(String name, JsonNode json) {
        String text() {
            Charset encoding = Charset.forName(json.path("encoding").asText("UTF-8"));
            return new String(json.get("text").asText().getBytes(encoding), StandardCharsets.UTF_8);
        }

        int line() {
            return json.path("line").asInt(1);
        }

        Object value() {
            return plain(json.get("value"));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        try (InputStream table = VariablesFileTest.class.getResourceAsStream("variables-files.json")) {
            JsonNode all = new ObjectMapper()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .readTree(table);
            return StreamSupport.stream(all.spliterator(), false)
                    .map(each -> new Case(each.get("name").asText(), each))
                    .toList();
        }
    }

    static Stream<Case> literals() throws IOException {
        return cases().stream()
                .filter(each -> each.json().has("value") && !each.json().has("expression"));
    }

    static Stream<Case> expressions() throws IOException {
        return cases().stream().filter(each -> each.json().has("expression"));
    }

    static Stream<Case> refused() throws IOException {
        return cases().stream().filter(each -> each.json().has("refused"));
    }

    @ParameterizedTest
    @MethodSource("literals")
    void literal_isReadAsTerraformReadsIt(Case each) {
        VariablesFile file = VariablesFile.parse(FILE, each.text());

        assertThat(file.tree("a")).isEqualTo(each.value());
        assertThat(file.given()).containsExactly(new VariablesFile.Given("a", each.line()));
    }

    @ParameterizedTest
    @MethodSource("literals")
    void literal_isTheSameToEveryReader(Case each) {
        VariablesFile file = VariablesFile.parse(FILE, each.text());
        Object value = each.value();

        if (value instanceof String) {
            assertThat(file.optional("a")).contains((String) value);
        } else if (value instanceof Boolean) {
            assertThat(file.flag("a")).contains((Boolean) value);
        } else if (value == null) {
            assertThat(file.optional("a")).isEmpty();
            assertThat(file.strings("a")).isEmpty();
        } else {
            assertThatThrownBy(() -> file.optional("a"))
                    .hasMessageStartingWith(FILE + " line " + each.line() + ": a is ");
        }
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            assertThat(file.strings("a")).isEqualTo(list);
        }
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void expression_isSteppedOver_andRefusedWhereItIsNeeded(Case each) {
        VariablesFile file = VariablesFile.parse(FILE, each.text() + "\nb = \"next\"\n");

        assertThat(file.optional("b")).contains("next");
        assertThatThrownBy(() -> file.tree("a"))
                .hasMessage(FILE
                        + " line 1: a: it must be written out: plain strings, numbers, true, false, lists and maps");
        assertThatThrownBy(() -> file.optional("a")).hasMessageStartingWith(FILE + " line 1: a is ");
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatTerraformRefuses_isRefused_withItsLine(Case each) {
        int line = each.json().get("refused").asInt();
        assertThatThrownBy(() -> VariablesFile.parse(FILE, each.text()).tree("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        line == 0 ? FILE + " is not UTF-8: save it as UTF-8" : FILE + " line " + line + ": ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{ a = ", "(", "[{ b = [", "\"${\"${"})
    void bracketsInBrackets_areRefusedWhereTheyGetTooMany_notOnTheStack(String opened) {
        String text = "a = " + opened.repeat(20_000) + "\n";

        assertThatThrownBy(() -> VariablesFile.parse(FILE, text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Object plain(JsonNode json) {
        if (json.isArray()) {
            return StreamSupport.stream(json.spliterator(), false)
                    .map(VariablesFileTest::plain)
                    .toList();
        }
        if (json.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            json.fields().forEachRemaining(field -> map.put(field.getKey(), plain(field.getValue())));
            return map;
        }
        if (json.isNumber()) {
            return new BigDecimal(json.asText()).stripTrailingZeros();
        }
        return json.isNull() ? null : json.isBoolean() ? (Object) json.asBoolean() : json.asText();
    }
}
