package io.jenkins.plugins.amideploy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagRuleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    owner       | Tränk, Müller   | tag owner is Tränk, Müller: a value has
                    owner       | Müller @ web    |
                    cost:centre | 4711/a=b+c_d-e  |
                    R&D         | web             | tag R&D: a key has 1 to 128 letters
                    team (web)  | x               | tag team (web): a key has
                    team        | a & b           | tag team is a & b: a value has
                    AWS:owner   | x               | tag AWS:owner: Name, ami-deploy:… and aws:… in any case are reserved
                    aws:owner   | x               | tag aws:owner: Name
                    ami-deploy:app | x            | tag ami-deploy:app: Name
                    Name        | x               | tag Name: Name
                    Named       | x               |
                    """)
    void of_takesWhatTheStrictestServiceTakes(String key, String value, String message) {
        if (message == null) {
            assertThat(TagRule.of(Map.of(key, value))).isEmpty();
        } else {
            assertThat(TagRule.of(Map.of(key, value)).orElseThrow()).startsWith(message);
        }
    }
}
