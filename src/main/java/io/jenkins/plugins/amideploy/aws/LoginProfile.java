package io.jenkins.plugins.amideploy.aws;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;

/**
 * A profile that {@code aws login} made. The SDK of the command line reads it, and so do the newest tools; Terraform's provider 5.100 finds no
 * credentials. The command line's {@code Session} asks, and has the AWS CLI hand the keys to tools, which renews them as well.
 *
 * @param name of the profile
 * @param file configuration that it is in
 * @param region of the profile
 */
public record LoginProfile(String name, Path file, Optional<String> region) {
    private static final String CONFIG = "AWS_CONFIG_FILE";

    /** The profile in force, where it is one; empty where keys are given beside it, or another way to credentials is. */
    public static Optional<LoginProfile> of(Map<String, String> environment) {
        Path file = Path.of(environment.getOrDefault(CONFIG, environment.getOrDefault("HOME", "") + "/.aws/config"));
        if (!environment.getOrDefault("AWS_ACCESS_KEY_ID", "").isBlank() || !Files.isReadable(file)) {
            return Optional.empty();
        }
        String name = environment.getOrDefault("AWS_PROFILE", "default");
        try {
            return ProfileFile.builder()
                    .content(file)
                    .type(ProfileFile.Type.CONFIGURATION)
                    .build()
                    .profile(name)
                    .filter(profile -> isLogin(profile) && isPlain(name) && isPlain(file.toString()))
                    .map(profile ->
                            new LoginProfile(name, file.toAbsolutePath(), profile.property(ProfileProperty.REGION)));
        } catch (SdkException | IllegalArgumentException malformed) {
            // Whoever needs credentials says so.
            return Optional.empty();
        }
    }

    private static boolean isLogin(Profile profile) {
        return profile.property("login_session").isPresent()
                && profile.property(ProfileProperty.CREDENTIAL_PROCESS).isEmpty()
                && profile.property(ProfileProperty.ROLE_ARN).isEmpty()
                && profile.property(ProfileProperty.AWS_ACCESS_KEY_ID).isEmpty();
    }

    /** Whether it can stand in a command in double quotes. */
    private static boolean isPlain(String text) {
        return text.chars().noneMatch(c -> "\"$`\\\n\r%".indexOf(c) >= 0);
    }

    /** A configuration that every tool reads: the same profile, whose keys the AWS CLI hands over. It has no secret. */
    public String forTools() {
        return (name.equals("default") ? "[default]" : "[profile " + name + "]")
                + "\n"
                + region.map(each -> "region = " + each + "\n").orElse("")
                + "credential_process = env " + CONFIG + "=\"" + file
                + "\" aws configure export-credentials --profile \"" + name + "\" --format process\n";
    }

    /** Variables with which a tool reads that configuration; older SDKs of Go want to be told. */
    public static Map<String, String> variables(Path configuration) {
        return Map.of(CONFIG, configuration.toString(), "AWS_SDK_LOAD_CONFIG", "1");
    }
}
