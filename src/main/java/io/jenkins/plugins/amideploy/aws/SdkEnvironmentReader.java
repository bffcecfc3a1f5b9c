package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.doctor.EnvironmentReader;
import java.util.Optional;
import software.amazon.awssdk.services.route53.Route53Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;

/** Looks up zones, parameters and secrets by name. No call asks for a value. */
final class SdkEnvironmentReader implements EnvironmentReader {
    private final Lazy<Route53Client> route53;
    private final Lazy<SsmClient> ssm;
    private final Lazy<SecretsManagerClient> secrets;

    /** Clients are made when they are asked: most environments name none of it. */
    SdkEnvironmentReader(Lazy<Route53Client> route53, Lazy<SsmClient> ssm, Lazy<SecretsManagerClient> secrets) {
        this.route53 = route53;
        this.ssm = ssm;
        this.secrets = secrets;
    }

    @Override
    public Optional<String> zoneName(String hostedZoneId) {
        try {
            return Optional.of(AwsFailures.call("route53:GetHostedZone", () -> route53.get()
                            .getHostedZone(request -> request.id(hostedZoneId)))
                    .hostedZone()
                    .name()
                    .replaceFirst("\\.$", ""));
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    @Override
    public boolean parameterExists(String name) {
        ParameterStringFilter named = ParameterStringFilter.builder()
                .key("Name")
                .option("Equals")
                .values(name)
                .build();
        return AwsFailures.call(
                "ssm:DescribeParameters",
                () -> ssm.get().describeParametersPaginator(request -> request.parameterFilters(named)).stream()
                        .flatMap(page -> page.parameters().stream())
                        .anyMatch(parameter -> name.equals(parameter.name())));
    }

    @Override
    public boolean secretExists(String arn) {
        try {
            return AwsFailures.call("secretsmanager:DescribeSecret", () -> secrets.get()
                                    .describeSecret(request -> request.secretId(arn)))
                            .deletedDate()
                    == null;
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return false;
            }
            throw failure;
        }
    }
}
