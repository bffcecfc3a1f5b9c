package io.jenkins.plugins.amideploy.jenkins.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretFormsTest {
    @Test
    void of_plainSecret_isItself() {
        assertThat(SecretForms.of("correct-horse")).containsExactly("correct-horse");
    }

    @Test
    void of_signsWithAMeaning_areAlsoWrittenAsTerraformAndPackerDo() {
        assertThat(SecretForms.of("a\\b\"c<d&e>f,g"))
                .containsExactly(
                        "a\\b\"c<d&e>f,g",
                        "a\\\\b\\\"c<d&e>f,g",
                        "a\\\\b\\\"c\\u003cd\\u0026e\\u003ef,g",
                        "a\\b\"c<d&e>f%!(PACKER_COMMA)g");
    }

    @Test
    void of_severalLines_isEachThatIsLongEnough() {
        assertThat(SecretForms.of("first line\nshort\nsecond line\n")).containsExactly("first line", "second line");
    }
}
