package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AppId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The files that {@code init} writes into a repository. None that is there is overwritten. */
final class NewFiles {
    private static final String JENKINSFILE = "Jenkinsfile";
    private static final String IGNORED = ".gitignore";

    /** What runs leave in a repository: logs, plans, copies of recipes; and what Python does. */
    private static final List<String> IGNORED_LINES = List.of(".work/", "__pycache__/");

    private final Path root;

    NewFiles(Path root) {
        this.root = root;
    }

    private static String environmentFile(String environment) {
        return "environments/" + environment + ".pkrvars.hcl";
    }

    /** @throws CommandFailure when the environment has a file already */
    void refuseEnvironment(String environment) {
        String name = environmentFile(environment);
        if (Files.exists(root.resolve(name))) {
            throw CommandFailure.badInput(
                    name + " is there already and stays as it is: edit it, or name another environment with -e");
        }
    }

    /** Writes them; a line for each that was written or left alone. */
    List<String> write(AppId id, String region, Network network, String credentialsId) {
        List<String> lines = new ArrayList<>();
        try {
            String name = environmentFile(id.environment());
            Files.createDirectories(root.resolve(name).getParent());
            create(name, variables(id, region, network));
            lines.add("wrote " + name);
            if (Files.exists(root.resolve(JENKINSFILE))) {
                lines.add(JENKINSFILE + " is there already and stays as it is");
            } else {
                create(JENKINSFILE, jenkinsfile(id, credentialsId));
                lines.add("wrote " + JENKINSFILE);
            }
            ignore(lines);
        } catch (IOException e) {
            throw CommandFailure.badInput("the files of " + root + " cannot be written: " + e);
        }
        return lines;
    }

    private void create(String name, String text) throws IOException {
        Files.writeString(root.resolve(name), text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    }

    private void ignore(List<String> lines) throws IOException {
        Path file = root.resolve(IGNORED);
        String there = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        List<String> known = there.lines().map(String::strip).toList();
        List<String> missing = IGNORED_LINES.stream()
                .filter(line -> !known.contains(line) && !known.contains(line.replaceAll("/$", "")))
                .toList();
        if (!missing.isEmpty()) {
            String start = there.isEmpty() || there.endsWith("\n") ? "" : "\n";
            Files.writeString(file, there + start + String.join("\n", missing) + "\n", StandardCharsets.UTF_8);
            lines.add("wrote " + String.join(" ", missing) + " into " + IGNORED);
        }
    }

    private static String variables(AppId id, String region, Network network) {
        String vpc = network.vpcId().isEmpty() ? "# vpc_id = null" : "vpc_id = \"" + network.vpcId() + '"';
        String subnets =
                network.subnetIds().stream().map(each -> '"' + each + '"').collect(Collectors.joining(", "));
        return """
                # The environment %2$s of %1$s. Read by Terraform and ami-deploy; environments/example.pkrvars.hcl beside ami-deploy has
                # every value. No secret belongs here.
                app         = "%1$s"
                environment = "%2$s"
                region      = "%3$s"

                # The default VPC where none is named, and all of its subnets where none are.
                %4$s
                %5$s

                # As it is without them:
                # instance_type     = "t3.small"
                # min_size          = 1
                # max_size          = 1
                # desired_capacity  = 1
                # health_check_path = "/health"

                # For example: what the application finds in its environment; secrets by the name of an SSM parameter or the ARN of a secret.
                # app_environment = { LOG_LEVEL = "info" }
                # app_secrets     = { DATABASE_URL = "/%1$s/%2$s/database-url" }

                # For example: https:// with a certificate of ACM in this region, and a name of a hosted zone.
                # certificate_arn = "arn:aws:acm:..."
                # domain_name     = "www.example.org"
                # hosted_zone_id  = "Z0123456789"
                """
                .formatted(
                        id.app(),
                        id.environment(),
                        region,
                        vpc,
                        subnets.isEmpty() ? "# subnet_ids = []" : "subnet_ids = [" + subnets + "]");
    }

    private static String jenkinsfile(AppId id, String credentialsId) {
        return """
                // deployWebApp comes with the plugin ami-deploy; credentialsId names AWS credentials of the folder.
                deployWebApp(
                    environment: '%s',
                    credentialsId: '%s'
                )
                """
                .formatted(id.environment(), credentialsId.replace("\\", "\\\\").replace("'", "\\'"));
    }
}
