package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bake that Ansible ends is told by its task, not by an exit status. */
class AnsibleFailureTest {
    private static final String BEGIN = "1795439233,,ui,say,==> amazon-ebs.webapp: ";

    private final PackerOutput output = new PackerOutput("bake");

    private void said(String... lines) {
        for (String line : lines) {
            output.accept(BEGIN + line);
        }
        output.accept(
                "1795439240,amazon-ebs.webapp,error,Error executing Ansible: Non-zero exit status: exit status 2");
    }

    @Test
    void problems_taskThatFails_isNamedWithItsMessage() {
        said(
                "TASK [app : Write the unit] ****",
                "TASK [app : Wait for the application to be ready] ****",
                "FAILED - RETRYING: [default]: Wait for the application to be ready (1 retries left).",
                "fatal: [default]: FAILED! =>",
                "    attempts: 30",
                "    msg: 'Status code was 404 and not [200]: HTTP Error 404: NOT FOUND'",
                "    url: http://127.0.0.1/health");

        assertThat(output.problems())
                .extracting(Problem::text)
                .containsExactly("Ansible task 'app : Wait for the application to be ready' failed: "
                        + "Status code was 404 and not [200]: HTTP Error 404: NOT FOUND");
    }

    @Test
    void problems_messageOnTheNextLine_isFound() {
        said("TASK [base : Install] ***", "fatal: [default]: UNREACHABLE! =>", "    msg: |-", "        no way there");

        assertThat(output.problems())
                .extracting(Problem::text)
                .containsExactly("Ansible task 'base : Install' failed: no way there");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            textBlock =
                    """
                    `'SELinux denied 1 times: avc:  denied  {`;`read } name="it''s" tclass=file'`;`SELinux denied 1 times: avc:  denied  { read } name="it's" tclass=file`
                    `"not \\"there\\":\\`;`\\ look again"`;`not "there": look again`
                    no such;place;no such place
                    >-;folded;folded
                    """)
    void problems_messageThatIsWrapped_isToldWhole(String first, String second, String whole) {
        said(
                "TASK [base : Stop] ***",
                "fatal: [default]: FAILED! =>",
                "    changed: false",
                "    msg: " + first,
                "        " + second,
                "    url: none of it");

        assertThat(output.problems())
                .extracting(Problem::text)
                .containsExactly("Ansible task 'base : Stop' failed: " + whole);
    }

    @Test
    void problems_noFatalTask_keepsPackersWords() {
        said("TASK [base : Install] ***");

        assertThat(output.problems())
                .extracting(Problem::text)
                .containsExactly("Error executing Ansible: Non-zero exit status: exit status 2");
    }
}
