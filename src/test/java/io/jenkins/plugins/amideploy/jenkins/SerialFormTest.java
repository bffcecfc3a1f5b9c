package io.jenkins.plugins.amideploy.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.jenkins.releases.OpenRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenReleases;
import io.jenkins.plugins.amideploy.jenkins.run.FailedStep;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import io.jenkins.plugins.amideploy.jenkins.tools.ApplyExecution;
import io.jenkins.plugins.amideploy.jenkins.tools.BakeExecution;
import io.jenkins.plugins.amideploy.jenkins.tools.FindExecution;
import io.jenkins.plugins.amideploy.jenkins.tools.PlanExecution;
import io.jenkins.plugins.amideploy.jenkins.tools.PushExecution;
import io.jenkins.plugins.amideploy.jenkins.tools.RecipesExecution;
import io.jenkins.plugins.amideploy.jenkins.tools.UnlockExecution;
import io.jenkins.plugins.amideploy.jenkins.waits.AwaitExecution;
import io.jenkins.plugins.amideploy.jenkins.waits.LeftoversExecution;
import io.jenkins.plugins.amideploy.jenkins.waits.PruneExecution;
import io.jenkins.plugins.amideploy.jenkins.waits.RolloutExecution;
import java.io.InputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a running step writes into {@code program.dat}, field by field: a plugin that is updated while builds run must read it.
 * A stored {@code program.dat} would prove more, but is a binary file that belongs to the versions of many other plugins too.
 *
 * <p>When this fails: a field may be added if its class bears that it is null or zero in builds of before; one must not be
 * renamed, retyped or removed. Then write the new form into {@code serial-form.txt}.
 */
class SerialFormTest {
    private static final String OURS = "io.jenkins.plugins.amideploy.";

    private static final List<Class<?>> ROOTS = List.of(
            BakeExecution.class,
            PlanExecution.class,
            ApplyExecution.class,
            AwaitExecution.class,
            RolloutExecution.class,
            LeftoversExecution.class,
            PruneExecution.class,
            FindExecution.class,
            UnlockExecution.class,
            PushExecution.class,
            RecipesExecution.class,
            hidden("jenkins.tools.HeldContext"));

    /** A class that its package keeps for itself. */
    private static Class<?> hidden(String name) {
        try {
            return Class.forName(OURS + name);
        } catch (ClassNotFoundException gone) {
            throw new IllegalStateException(gone);
        }
    }

    @Test
    void serialForm_isTheOneOfTheReleasedVersions() throws Exception {
        assertThat(serialForm()).isEqualTo(pinned());
    }

    /** Written by XStream into build.xml, by field names; transient there means not stored. */
    @Test
    void buildXml_holdsOnlyTheFactsOfARelease() {
        assertThat(stored(ReleaseAction.class)).containsExactly("facts", "failures");
        assertThat(stored(FailedStep.class))
                .containsExactly(
                        "step", "node", "subject", "cause", "summary", "evidence", "aftermath", "cure", "command");
        assertThat(stored(OpenReleases.class)).containsExactly("releases");
        assertThat(stored(OpenRelease.class))
                .containsExactly(
                        "app",
                        "environment",
                        "bucket",
                        "access",
                        "build",
                        "buildUrl",
                        "controller",
                        "number",
                        "kind",
                        "source",
                        "settings",
                        "topicArn",
                        "webhook",
                        "facts",
                        "changed",
                        "planned",
                        "plannedMillis",
                        "waitingMillis",
                        "provenMillis",
                        "lostTo",
                        "failureCause",
                        "failureSummary",
                        "failureEvidence",
                        "failureCure",
                        "failureAftermath",
                        "failureCommand",
                        "closed");
    }

    private static Stream<String> stored(Class<?> action) {
        return Stream.of(action.getDeclaredFields())
                .filter(field -> !field.isSynthetic())
                .filter(field -> (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0)
                .map(Field::getName);
    }

    private static String serialForm() {
        Map<String, String> forms = new TreeMap<>();
        Deque<Class<?>> open = new ArrayDeque<>(ROOTS);
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (!type.getName().startsWith(OURS) || forms.containsKey(type.getName())) {
                continue;
            }
            ObjectStreamClass form = ObjectStreamClass.lookup(type);
            assertThat(form).as(type + " is persisted with a step").isNotNull();
            forms.put(type.getName(), text(form));
            open.push(type.getSuperclass());
            Stream.of(form.getFields()).map(ObjectStreamField::getType).forEach(open::push);
        }
        return String.join("", forms.values());
    }

    private static String text(ObjectStreamClass form) {
        return Stream.of(form.getFields())
                .sorted(Comparator.comparing(ObjectStreamField::getName))
                .map(field -> "  " + field.getName() + " " + field.getType().getTypeName() + "\n")
                .collect(Collectors.joining(
                        "", form.getName().substring(OURS.length()) + " " + form.getSerialVersionUID() + "\n", ""));
    }

    private static String pinned() throws Exception {
        try (InputStream in = SerialFormTest.class.getResourceAsStream("serial-form.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
