package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.ShapeVariables;
import io.jenkins.plugins.amideploy.engine.doctor.Check;
import io.jenkins.plugins.amideploy.engine.doctor.Doctor;
import io.jenkins.plugins.amideploy.engine.doctor.DoctorRequest;
import io.jenkins.plugins.amideploy.engine.image.ImageSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy doctor}: whether a deployment could work, each thing in its way with a cure; changes nothing. */
@Command(
        name = "doctor",
        description = "Look whether a deployment can work: tools, credentials, network, quota, permissions, state.")
final class DoctorCommand implements Callable<Integer> {
    private static final String MARGIN = "\n" + " ".repeat(12);

    @Mixin
    private EnvironmentOptions environment;

    private final Surroundings surroundings;

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            Doctor doctor = new Doctor(
                    session.cloud().account(),
                    session.cloud().images(),
                    session.cloud().stateBucket(),
                    new ToolVersions(session.toolEnvironment()));
            List<Check> checks = new ArrayList<>(doctor.examine(request(session)));
            if (Doctor.hasCredentials(checks)) {
                checks.addAll(new Preflight(session).all(new Application(session.directory()).imageSettings()));
            }
            session.result(
                    Map.of(
                            "checks",
                            checks.stream().map(DoctorCommand::document).toList(),
                            "fit",
                            Doctor.isFit(checks)),
                    checks.stream().map(DoctorCommand::line).toArray(String[]::new));
            if (Doctor.isFit(checks)) {
                return ExitCode.OK.code();
            }
            long failed = checks.stream()
                    .filter(check -> check.status() == Check.Status.FAIL)
                    .count();
            session.console().error(failed + " of " + checks.size() + " checks failed, each with its cure above");
            return ExitCode.BAD_INPUT.code();
        }
    }

    private static DoctorRequest request(Session session) {
        ShapeVariables shape = session.shape();
        ImageSettings image = new Application(session.directory()).imageSettings();
        return new DoctorRequest(
                session.variables().region(),
                shape.vpcId().orElse(null),
                shape.subnetIds(),
                shape.privateSubnetIds(),
                shape.keyName().orElse(null),
                image.baseImage(),
                image.instanceType(),
                shape.instanceType(),
                shape.maxSize(),
                session.variables().stateBucket().orElse(null),
                session.variables().stateKey(),
                session.stateEndpoint());
    }

    private static String line(Check check) {
        StringBuilder lines =
                new StringBuilder(String.format("%-11s %s: %s", check.status(), check.name(), check.seen()));
        check.evidence().stream().filter(line -> !check.seen().contains(line)).forEach(line -> lines.append(MARGIN)
                .append(line));
        return check.cure().isEmpty()
                ? lines.toString()
                : lines.append(MARGIN).append("-> ").append(cure(check)).toString();
    }

    private static String cure(Check check) {
        return check.command().isEmpty()
                ? check.cure()
                : check.cure().replaceFirst(":$", "") + ":" + MARGIN + "   " + check.command();
    }

    private static Map<String, Object> document(Check check) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", check.name());
        document.put("status", check.status().name());
        document.put("seen", check.seen());
        document.put("evidence", check.evidence());
        document.put("cure", check.cure());
        document.put("command", check.command());
        return document;
    }
}
