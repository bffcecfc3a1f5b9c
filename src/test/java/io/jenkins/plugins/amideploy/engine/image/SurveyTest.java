package io.jenkins.plugins.amideploy.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurveyTest {
    static final String DOCUMENT =
            """
            {"format": 2, "ansible_core": "2.19.4",
             "layers": {"base": {"ansible/base.yml": "b1"}, "application": {"ansible/application.yml": "a1"}},
             "application": {"webapp/__init__.py": "w1"},
             "tasks": {"tasks.yml": "t1"}, "start": "waitress-serve shop:app", "locked": true,
             "commit": "c0ffee-dirty", "version": "v1-dirty", "notes": ["a shallow clone"]}
            """;

    @Test
    void document_isRead() {
        assertThat(Survey.of(Json.lenient(new TinyJson(), DOCUMENT)))
                .isEqualTo(new Survey(
                        "2.19.4",
                        Map.of("ansible/base.yml", "b1"),
                        Map.of("ansible/application.yml", "a1"),
                        Map.of("webapp/__init__.py", "w1"),
                        Map.of("tasks.yml", "t1"),
                        "waitress-serve shop:app",
                        true,
                        "c0ffee-dirty",
                        "v1-dirty",
                        List.of("a shallow clone")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "format": 2                     | "format": 1              | printed no document of format 2
                    "2.19.4"                        | ""                       | found no version of ansible-core
                    {"ansible/base.yml": "b1"}      | {}                       | found a layer without files
                    {"ansible/application.yml": "a1"} | {}                     | found a layer without files
                    {"webapp/__init__.py": "w1"}    | {}                       | found a layer without files
                    """)
    void documentThatNoFingerprintCanBeTakenOf_isRefused(String replace, String by, String message) {
        Json document = Json.lenient(new TinyJson(), DOCUMENT.replace(replace, by));

        assertThatThrownBy(() -> Survey.of(document))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void noDocument_isRefused() {
        assertThatThrownBy(() -> Survey.of(Json.lenient(new TinyJson(), "Traceback")))
                .hasMessageContaining("ansible/survey.py printed no document of format 2");
    }
}
