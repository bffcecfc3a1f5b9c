package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.image.ImageSettings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What belongs to the application rather than to an environment: its directory and its page image.yml. */
final class Application {
    private final Path root;

    /** @param root of the repository, where the page is */
    Application(Path root) {
        this.root = root;
    }

    /**
     * What its images are made from.
     *
     * @throws CommandFailure when the page is malformed
     */
    ImageSettings imageSettings() {
        Path file = root.resolve(ImageSettings.DEFAULT_FILE);
        if (!Files.exists(file)) {
            return ImageSettings.DEFAULTS;
        }
        try {
            return ImageSettings.parse(ImageSettings.DEFAULT_FILE, Files.readString(file), new YamlParser());
        } catch (IllegalArgumentException malformed) {
            throw CommandFailure.of(
                    Outcome.Kind.BAD_INPUT,
                    Diagnosis.of(
                            Cause.SURVEY_REFUSED,
                            malformed.getMessage(),
                            List.of(),
                            "docs/images.md has all keys of the page"));
        } catch (CharacterCodingException e) {
            throw CommandFailure.badInput(ImageSettings.DEFAULT_FILE + " is not UTF-8: save it as UTF-8");
        } catch (IOException e) {
            throw CommandFailure.badInput(file + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * Where it is.
     *
     * @param given relative to the current directory, or null for what the page says
     */
    Path directory(Path given, ImageSettings settings) {
        Path directory = given == null
                ? root.resolve(settings.files().directory()).normalize()
                : Path.of("").toAbsolutePath().resolve(given).normalize();
        if (!Files.isDirectory(directory)) {
            throw CommandFailure.badInput(directory + " is no directory: name the application's as directory in "
                    + ImageSettings.DEFAULT_FILE + " or with --application DIR");
        }
        return directory;
    }

    /** Absolute path of its own Ansible tasks; empty where it has none. */
    String tasks(ImageSettings settings) {
        String tasks = settings.files().tasks();
        return tasks.isEmpty() ? "" : root.resolve(tasks).normalize().toString();
    }
}
