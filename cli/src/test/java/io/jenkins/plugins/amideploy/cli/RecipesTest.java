package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesTest {
    @TempDir
    Path scratch;

    private Path application;
    private Path tool;

    @BeforeEach
    void twoDirectories() throws IOException {
        application = Files.createDirectories(scratch.resolve("shop"));
        tool = recipes(scratch.resolve("tool"));
    }

    @AfterEach
    void forgetTheLauncher() {
        System.clearProperty(Recipes.LAUNCHED_WITH);
    }

    private static Path recipes(Path directory) throws IOException {
        for (String file : List.of(
                "ansible/survey.py",
                "packer/image.pkr.hcl",
                "terraform/launch_template.tf",
                "terraform/.terraform.lock.hcl",
                "terraform/tests/validation.tftest.hcl",
                "resources/tooling/build",
                "tools/requirements.txt",
                "README.md")) {
            Files.createDirectories(directory.resolve(file).getParent());
            Files.writeString(directory.resolve(file), file);
        }
        return directory;
    }

    private Path found(Path option, Map<String, String> environment) {
        return Recipes.of(option, application, environment).directory();
    }

    @Test
    void recipes_inTheWorkingDirectory_areUsedInPlace() throws IOException {
        System.setProperty(Recipes.LAUNCHED_WITH, tool.toString());
        recipes(application);
        assertThat(found(null, Map.of())).isEqualTo(application);
        Path changed = recipes(application.resolve("deploy"));
        assertThat(found(changed, Map.of())).isEqualTo(changed);
    }

    @Test
    void recipes_ofTheLauncher_areCopiedOnceForEachContent() throws IOException {
        System.setProperty(Recipes.LAUNCHED_WITH, tool.toString());
        Path first = found(null, Map.of());
        assertThat(first.getParent()).isEqualTo(application.resolve(".work/recipes"));
        assertThat(first.resolve("ansible/survey.py")).hasContent("ansible/survey.py");
        assertThat(first.resolve("terraform/.terraform.lock.hcl")).exists();
        assertThat(first.resolve("terraform/tests")).doesNotExist();
        assertThat(first.resolve("README.md")).doesNotExist();
        assertThat(found(null, Map.of())).isEqualTo(first);
        Files.writeString(tool.resolve("ansible/survey.py"), "changed");
        assertThat(found(null, Map.of())).isNotEqualTo(first);
        try (Stream<Path> made = Files.list(first.getParent())) {
            assertThat(made).hasSize(2);
        }
    }

    @Test
    void recipes_thatCannotBeWritten_canInTheCopy() throws IOException {
        tool.resolve("ansible/survey.py").toFile().setWritable(false);
        Path copy = found(tool, Map.of());
        assertThat(copy.resolve("ansible/survey.py").toFile().canWrite()).isTrue();
    }

    @Test
    void variable_isTheOption_andWinsOverTheWorkingDirectory() throws IOException {
        recipes(application);
        assertThat(found(null, Map.of(Recipes.VARIABLE, tool.toString())))
                .startsWith(application.resolve(".work/recipes"));
    }

    @Test
    void directoryWithoutRecipes_isRefusedByName() {
        assertThatThrownBy(() -> found(scratch, Map.of()))
                .hasMessage(scratch + " has no recipes (ansible/survey.py, packer/image.pkr.hcl,"
                        + " terraform/launch_template.tf): name a directory that has them with --recipes");
        assertThatThrownBy(() -> found(null, Map.of())).hasMessageContaining("start the command by its launcher");
    }
}
