package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.aws.LoginProfile;
import io.jenkins.plugins.amideploy.cli.process.ToolEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Keys of a profile of {@code aws login} for tools that cannot read one: they get a configuration of their own, in which the AWS CLI hands the keys
 * over. {@link Session} asks before it runs anything.
 */
final class HandedLogin {
    private static final String FILE = "aws-config";

    private HandedLogin() {}

    /**
     * Sets what tools need, and says so in a line.
     *
     * @param environment of tools, which is changed
     * @param workDirectory of the environment; tools read the configuration there, which has no secret
     */
    static void to(Map<String, String> environment, Path workDirectory, Console console) {
        LoginProfile.of(environment).ifPresent(login -> to(environment, workDirectory, console, login));
    }

    private static void to(Map<String, String> environment, Path workDirectory, Console console, LoginProfile login) {
        String profile = "profile " + login.name() + " is one of aws login";
        if (new ToolEnvironment(environment).find("aws").isEmpty()) {
            console.warn(
                    profile + ", which Terraform and Packer may not read, and there is no AWS CLI here that would hand"
                            + " its keys over: export them where there is one, by aws configure export-credentials");
            return;
        }
        try {
            Path configuration = Files.createDirectories(workDirectory).resolve(FILE);
            Files.writeString(configuration, login.forTools());
            environment.putAll(LoginProfile.variables(configuration));
            console.note(profile + ": Terraform and Packer get its keys from the AWS CLI");
        } catch (IOException e) {
            console.warn(profile + ", whose keys Terraform and Packer do not get: " + e.getMessage());
        }
    }
}
