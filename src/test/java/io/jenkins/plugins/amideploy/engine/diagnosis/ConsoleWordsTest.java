package io.jenkins.plugins.amideploy.engine.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What machines write to their consoles, between the lines of kernel and service manager. */
class ConsoleWordsTest {
    private static final String ENDED =
            """
            [   12.3] systemd[1]: Starting webapp.service
            webapp: ended: exit-code 1
            webapp: said: ModuleNotFoundError: No module named 'requests'
            webapp: said:   File "/opt/webapp/app/main.py", line 3, in <module>
            webapp: done
            """;

    private static Diagnosis report(String console) {
        return ConsoleWords.of("i-1", console).orElseThrow().diagnosis();
    }

    @Test
    void applicationEnded_saysHowAndItsLastWordsWithTheExceptionFirst() {
        Diagnosis found = report(ENDED + ENDED + ENDED);
        assertThat(ConsoleWords.of("i-1", ENDED + ENDED + ENDED).orElseThrow().times())
                .isEqualTo(3);
        assertThat(found.headline())
                .isEqualTo("APPLICATION_ENDS: the application ends as soon as it is started (exit-code 1):"
                        + " ModuleNotFoundError: No module named 'requests'");
        assertThat(found.evidence())
                .containsExactly(
                        "console of i-1: it ended with exit-code 1, 3 times",
                        "ModuleNotFoundError: No module named 'requests'",
                        "File \"/opt/webapp/app/main.py\", line 3, in <module>");
    }

    @Test
    void applicationListensElsewhere_saysWhere() {
        assertThat(report("x\r\nwebapp: port: nothing listens on 80; python3.11 listens on 8080\r\nlogin: ")
                        .headline())
                .isEqualTo("WRONG_PORT: nothing listens on 80; python3.11 listens on 8080");
    }

    @Test
    void settingCannotBeHad_isMoreThanThatTheUnitEnds() {
        Diagnosis found =
                report("settings: API_KEY: secret web/key: AccessDeniedException\nwebapp: ended: exit-code 1\n"
                        + "webapp: done\n");
        assertThat(found.cause()).isEqualTo(Cause.SETTING_MISSING);
        assertThat(found.summary()).endsWith("API_KEY: secret web/key: AccessDeniedException");
    }

    @Test
    void lastBlockCounts() {
        assertThat(report("settings: API_KEY: gone\nsettings: API_KEY, DATABASE_URL\n" + ENDED)
                        .cause())
                .isEqualTo(Cause.APPLICATION_ENDS);
        assertThat(report(ENDED + "webapp: port: nothing listens on 80; python listens on 8080")
                        .cause())
                .isEqualTo(Cause.WRONG_PORT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[ 1.0] Linux version 6.1",
                "python3[8]: settings: APP_NAME, APP_VERSION",
                "settings: the user data has no line '#ami-deploy ...'; the application starts without",
                "webapp: said: alone",
                "webapp: done"
            })
    void everythingElse_saysNothing(String console) {
        assertThat(ConsoleWords.of("i-1", console)).isEmpty();
    }
}
