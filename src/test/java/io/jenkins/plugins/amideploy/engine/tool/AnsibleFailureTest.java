package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bake that Ansible ends is told by its task and by what its command wrote, not by an exit status. */
class AnsibleFailureTest {
    private static final String BEGIN = "1795439233,,ui,say,==> amazon-ebs.webapp: ";

    private final PackerOutput output = new PackerOutput("bake", Lookout.none(), InstantSource.system());

    private Diagnosis said(String... lines) {
        feed(lines);
        return output.problems().get(0).named().orElseThrow();
    }

    private void feed(String... lines) {
        for (String line : lines) {
            output.accept((BEGIN + line)
                    .stripTrailing()
                    .replace(",", "%!(PACKER_COMMA)")
                    .replace(
                            "1795439233%!(PACKER_COMMA)%!(PACKER_COMMA)ui%!(PACKER_COMMA)say%!(PACKER_COMMA)",
                            "1795439233,,ui,say,"));
        }
        output.accept(
                "1795439240,amazon-ebs.webapp,error,Error executing Ansible: Non-zero exit status: exit status 2");
    }

    /** As ansible-core 2.19 prints them. */
    @Test
    void commandThatFails_isToldByWhatItWrote() {
        Diagnosis why = said(
                "TASK [app : Write the unit] ****",
                "ok: [default]",
                "",
                "TASK [Build the front end] ****",
                "[ERROR]: Task failed: Module failed: non-zero return code",
                "Origin: /tmp/bk/p.yml:5:7",
                "",
                "fatal: [default]: FAILED! =>",
                "    changed: true",
                "    cmd: 'echo out1; echo ''err: no'' >&2; exit",
                "        3'",
                "    msg: non-zero return code",
                "    rc: 3",
                "    stderr: |-",
                "        err: no licence",
                "",
                "          it's: broken",
                "    stderr_lines: <omitted>",
                "    stdout: |-",
                "        out1",
                "        out2",
                "    stdout_lines: <omitted>",
                "",
                "PLAY RECAP ****");

        assertThat(why.cause()).isEqualTo(Cause.COMMAND_FAILED);
        assertThat(why.summary()).isEqualTo("task 'Build the front end' ended with exit status 3: it's: broken");
        assertThat(why.evidence()).containsExactly("err: no licence", "it's: broken");
    }

    @Test
    void programThatIsNotThere_isNamed() {
        Diagnosis why = said(
                "TASK [Convert] ****",
                "[ERROR]: Task failed: Module failed: Error executing command: [Errno 2] No such file or directory: b'npm'",
                "Origin: /tmp/bk/p.yml:8:7",
                "fatal: [default]: FAILED! =>",
                "    cmd: npm run build",
                "    msg: Error executing command.",
                "    rc: 2",
                "    stderr: ''",
                "    stdout: ''");

        assertThat(why.headline())
                .isEqualTo("COMMAND_FAILED: task 'Convert' ended with exit status 2:"
                        + " Error executing command: [Errno 2] No such file or directory: b'npm'");
    }

    @Test
    void itemOfALoop_saysMoreThanTheLoop() {
        Diagnosis why = said(
                "TASK [Fetch] ****",
                "changed: [default] => (item=0)",
                "failed: [default] (item=4) =>",
                "    item: 4",
                "    msg: non-zero return code",
                "    rc: 4",
                "    stderr: not for you",
                "fatal: [default]: FAILED! =>",
                "    msg: One or more items failed");

        assertThat(why.summary()).isEqualTo("task 'Fetch' ended with exit status 4: not for you");
    }

    @Test
    void failureThatIsIgnoredOrRescued_isNone() {
        Diagnosis why = said(
                "TASK [Try] ****",
                "fatal: [default]: FAILED! =>",
                "    msg: never mind",
                "...ignoring",
                "TASK [Try something else] ****",
                "fatal: [default]: FAILED! =>",
                "    msg: rescued",
                "TASK [Go on] ****",
                "ok: [default]",
                "TASK [base : Install] ***",
                "fatal: [default]: UNREACHABLE! =>",
                "    msg: |-",
                "        no way there");

        assertThat(why.headline()).isEqualTo("COMMAND_FAILED: task 'base : Install' failed: no way there");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            textBlock =
                    """
                    `'not there: it''s`;`in "no" place'`;`not there: it's in "no" place`
                    `"not \\"there\\":\\`;`\\ look again"`;`not "there": look again`
                    no such;place;no such place
                    >-;folded;folded
                    """)
    void messageThatIsWrapped_isToldWhole(String first, String second, String whole) {
        Diagnosis why = said(
                "TASK [base : Stop] ***",
                "fatal: [default]: FAILED! =>",
                "    changed: false",
                "    msg: " + first,
                "        " + second,
                "    url: none of it");

        assertThat(why.summary()).isEqualTo("task 'base : Stop' failed: " + whole);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    No package matching 'libshop9' is available                                   | PACKAGE_MISSING | the distribution has no package libshop9
                    'No package libshop9 available.'                                              | PACKAGE_MISSING | the distribution has no package libshop9
                    'pip: No matching distribution found for flask==99 (from shop)'               | PACKAGE_MISSING | no package index has flask==99 for this machine
                    'dd: error writing /srv/data: No space left on device'                        | DISK_FULL       | no space left on the disk, in task 'x'
                    "E: You don't have enough free space in /var/cache/apt/archives/."            | DISK_FULL       | no space left on the disk, in task 'x'
                    'WRONG_PORT: nothing listens on 80; python listens on 8080'                   | WRONG_PORT      | nothing listens on 80; python listens on 8080
                    'NO_SUCH_CAUSE: anything'                                                     | COMMAND_FAILED  | task 'x' failed: NO_SUCH_CAUSE: anything
                    """,
            quoteCharacter = '`')
    void words_haveTheirCause(String message, Cause cause, String summary) {
        Diagnosis why = said("TASK [x] ***", "fatal: [default]: FAILED! =>", "    msg: " + message);

        assertThat(why.cause()).isEqualTo(cause);
        assertThat(why.summary()).isEqualTo(summary);
    }

    @Test
    void applicationThatEnds_isToldWithItsLastLines_andWhatToDo() {
        Diagnosis why = said(
                "TASK [app : Stop when the application is not ready] ***",
                "fatal: [default]: FAILED! =>",
                "    msg: |-",
                "        APPLICATION_ENDS: the application ends, exit-code 1: KeyError: 'URL'",
                "        File \"/opt/webapp/app/webapp.py\", line 21, in create_app",
                "          url = os.environ['URL']");

        assertThat(why.cause()).isEqualTo(Cause.APPLICATION_ENDS);
        assertThat(why.summary()).isEqualTo("the application ends, exit-code 1: KeyError: 'URL'");
        assertThat(why.evidence())
                .containsExactly(
                        "File \"/opt/webapp/app/webapp.py\", line 21, in create_app", "url = os.environ['URL']");
        assertThat(why.cure()).contains("bake_environment");
    }

    @Test
    void denial_isToldOnce_withTheSettingThatAllowsIt() {
        Diagnosis why = said(
                "TASK [base : Stop when something was denied] ***",
                "fatal: [default]: FAILED! =>",
                "    msg: 'SELinux denied 2 times: { name_connect } comm=\"python3\" dest=5432 tclass=tcp_socket (image.yml",
                "        allows it: outgoing_ports: [5432]); { read } name=\"status\" tclass=file (docs/operations.md says",
                "        how to read this and how to add a rule)'");

        assertThat(why.cause()).isEqualTo(Cause.DENIED_ON_MACHINE);
        assertThat(why.summary())
                .isEqualTo(
                        "SELinux denied 2 times in the trial start: { name_connect } comm=\"python3\" dest=5432 tclass=tcp_socket");
        assertThat(why.evidence()).hasSize(2).last().isEqualTo("{ read } name=\"status\" tclass=file");
        assertThat(why.cure()).endsWith("allow it in image.yml: outgoing_ports: [5432]");
    }

    @Test
    void noFatalTask_keepsPackersWords() {
        feed("TASK [base : Install] ***");

        assertThat(output.problems())
                .isEqualTo(List.of(Problem.of("Error executing Ansible: Non-zero exit status: exit status 2")));
    }
}
