package io.jenkins.plugins.amideploy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclaredVariablesTest {
    private static final DeclaredVariables DECLARED = new DeclaredVariables(List.of(
            "variable \"max_size\" {\n  type = number\n}\n\nvariable \"min_size\" {}\n", "variable \"region\" {}"));

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            textBlock =
                    """
                    max_sze = 3   | a.hcl line 1: max_sze is no variable: is max_size meant?
                    Region = "x"  | a.hcl line 1: Region is no variable: is region meant?
                    colour = "x"  | a.hcl line 1: colour is no variable: remove it
                    """)
    void unknownName_isRefusedWithTheNearest(String line, String refusal) {
        assertThat(DECLARED.refusal("a.hcl", line)).hasValue(refusal);
    }

    @Test
    void severalUnknownNames_areCounted() {
        assertThat(DECLARED.refusal("a.hcl", "region = \"x\"\nmax_sze = 3\nmin_sze = 1"))
                .hasValue("a.hcl line 2: max_sze is no variable: is max_size meant? (and 1 more)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_size = 3\r\nregion = \"x\"\r\n",
                "\uFEFFmax_size = 3\n",
                "# max_sze = 3\n\n",
                "region = <<-EOT\n  max_sze = 3\n  EOT\n"
            })
    void knownNames_arePassed_howeverTheFileIsSaved(String text) {
        assertThat(DECLARED.refusal("a.hcl", text)).isEmpty();
    }

    @Test
    void lineThatIsNoAssignment_isRefused() {
        assertThatThrownBy(() -> DECLARED.refusal("a.hcl", "region \"x\""))
                .hasMessage("a.hcl line 1: not understood: region \"x\": a variable is given as name = value");
    }
}
