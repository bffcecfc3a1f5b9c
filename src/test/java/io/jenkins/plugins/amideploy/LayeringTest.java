package io.jenkins.plugins.amideploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may know whom: engine → JDK; aws → engine and SDK; cli → engine and aws; jenkins → engine, aws and Jenkins. Runs in both
 * builds, each of which has only some of the packages.
 */
class LayeringTest {
    private static final String BASE = "io.jenkins.plugins.amideploy.";
    private static final String ENGINE = BASE + "engine..";
    private static final JavaClasses CLASSES = ours();

    private static final String[] JENKINS = {
        "hudson..", "jenkins..", "org.jenkinsci..", "org.kohsuke..", "com.cloudbees..", BASE + "jenkins.."
    };

    @Test
    void engine_knowsTheJdkOnly() {
        check(noClasses()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(ENGINE, "java.."));
    }

    @Test
    void engine_neitherSleepsNorStartsThreads() {
        check(noClasses()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class));
        check(noClasses()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent..")
                .because("waiting belongs to the front doors"));
    }

    @Test
    void engine_takesTheTimeFromItsCaller() {
        check(noClasses().that().resideInAPackage(ENGINE).should().callMethod(System.class, "currentTimeMillis"));
        check(noClasses().that().resideInAPackage(ENGINE).should().callMethod(java.time.Instant.class, "now"));
    }

    /** The parts of the engine may use tool and the shared values, never each other. */
    @ParameterizedTest
    @ValueSource(strings = {"image", "stack", "rollout", "teardown"})
    void engineParts_doNotKnowEachOther(String part) {
        String[] others = Stream.of("image", "stack", "rollout", "teardown")
                .filter(other -> !other.equals(part))
                .map(other -> BASE + "engine." + other + "..")
                .toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "engine." + part + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others));
    }

    /** What was rolled out is recorded; how images, stacks and teardowns work is not its business. */
    @Test
    void release_knowsNoOtherPartThanRollout() {
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "engine.release..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + "engine.image..", BASE + "engine.stack..", BASE + "engine.teardown.."));
    }

    /** Whoever fails may name a cause; what a cause is does not depend on who asks. */
    @Test
    void diagnosis_knowsNothingElse() {
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "engine.diagnosis..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(BASE + "engine.diagnosis..", "java.."));
    }

    @Test
    void tool_knowsNoPartThatUsesIt() {
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "engine.tool..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + "engine.image..", BASE + "engine.stack.."));
    }

    @Test
    void aws_knowsNoFrontDoor() {
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "aws..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + "cli..", BASE + "jenkins..", "hudson..", "jenkins..", "org.jenkinsci.."));
    }

    @Test
    void cli_knowsNeitherJenkinsNorTheSdk() {
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(JENKINS));
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.."));
    }

    @Test
    void jenkins_doesNotKnowTheCommandLine() {
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "jenkins..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + "cli.."));
    }

    /** Running tools on agents and waiting for AWS are two stories; what both need is below them. */
    @Test
    void jenkins_toolsAndWaitsDoNotKnowEachOther() {
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "jenkins.tools..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + "jenkins.waits.."));
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "jenkins.waits..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + "jenkins.tools.."));
    }

    @Test
    void jenkins_whatToolsAndWaitsShareKnowsNeither() {
        check(noClasses()
                .that()
                .resideInAnyPackage(BASE + "jenkins.polling..", BASE + "jenkins.parsers..", BASE + "jenkins.releases..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + "jenkins.tools..", BASE + "jenkins.waits..", BASE + "jenkins.steps.."));
        check(noClasses()
                .that()
                .resideInAnyPackage(BASE + "jenkins.tools..", BASE + "jenkins.waits..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + "jenkins.steps.."));
        check(noClasses()
                .that()
                .resideInAPackage(BASE + "jenkins.polling..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + "jenkins.releases.."));
    }

    @Test
    void engineParts_areFreeOfCycles() {
        check(SlicesRuleDefinition.slices()
                .matching(BASE + "engine.(*)..")
                .should()
                .beFreeOfCycles());
    }

    /** Names are enough for what others have: reading the SDK's and Jenkins' classes too takes half a minute. */
    private static JavaClasses ours() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.jenkins.plugins.amideploy");
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
