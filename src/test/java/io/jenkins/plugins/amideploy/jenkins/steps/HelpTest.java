package io.jenkins.plugins.amideploy.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the build adds to the help of the steps from {@code docs/causes.md}. */
class HelpTest {
    private static final List<Class<?>> STEPS = List.of(
            BakeAmiStep.class,
            TerraformPlanStep.class,
            TerraformApplyStep.class,
            TerraformDestroyStep.class,
            RemoveLeftoversStep.class,
            PruneImagesStep.class,
            RolloutAsgStep.class,
            AwaitAsgHealthyStep.class,
            FindReleaseStep.class,
            UnlockStateStep.class,
            PushStateStep.class);

    @Test
    void help_ofEachStep_hasItsTextAndTheCausesThatItCanEndIn() {
        for (Class<?> step : STEPS) {
            assertThat(help(step))
                    .as(step.getSimpleName())
                    .startsWith("<div>\n  <p>")
                    .endsWith("</div>\n")
                    .containsOnlyOnce("<summary>")
                    .contains("<dt><code>ACCESS_DENIED</code></dt><dd>");
        }
        assertThat(help(BakeAmiStep.class)).contains("DISK_FULL").doesNotContain("PATH_CLOSED");
        assertThat(help(RolloutAsgStep.class)).contains("PATH_CLOSED").doesNotContain("DISK_FULL");
    }

    @Test
    void help_ofAllStepsTogether_namesEveryCause() {
        String all = STEPS.stream().map(HelpTest::help).collect(Collectors.joining());

        assertThat(Stream.of(Cause.values()).map(cause -> "<dt><code>" + cause + "</code></dt>"))
                .allSatisfy(name -> assertThat(all).contains(name));
    }

    private static String help(Class<?> step) {
        try (InputStream help = step.getResourceAsStream(step.getSimpleName() + "/help.html")) {
            return new String(help.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
