package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Subnet;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Vpc;
import io.jenkins.plugins.amideploy.engine.doctor.Check;
import io.jenkins.plugins.amideploy.engine.doctor.Doctor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The VPC and the subnets that {@code init} writes down: what flags say, else what a person chooses, else the default VPC; looked at
 * in any case.
 *
 * @param vpcId the VPC; empty for the region's default one
 * @param subnetIds its subnets; empty for all
 */
record Network(String vpcId, List<String> subnetIds) {
    /** A load balancer needs that many (Application Load Balancer guide, "Subnets for your load balancer"). */
    private static final int ZONES = 2;

    /** @throws CommandFailure in one line when the network cannot hold a stack */
    static Network choose(
            AccountReader account, Console console, String region, String givenVpc, List<String> givenSubnets) {
        Vpc vpc = vpc(account, console, region, givenVpc);
        List<String> subnets = givenSubnets.isEmpty() ? publicOnes(vpc, account.subnets(vpc.id())) : givenSubnets;
        for (Check check : Doctor.network(account, region, vpc.isDefault() ? null : vpc.id(), subnets)) {
            if (check.status() == Check.Status.FAIL) {
                throw CommandFailure.of(Outcome.Kind.BAD_INPUT, check.refusal());
            }
            console.note(check.name() + ": " + check.seen());
        }
        return new Network(vpc.isDefault() ? "" : vpc.id(), subnets);
    }

    private static Vpc vpc(AccountReader account, Console console, String region, String given) {
        if (given != null) {
            return account.vpc(given)
                    .orElseThrow(() -> CommandFailure.badInput(
                            given + " does not exist in region " + region + ": correct --vpc-id or --region"));
        }
        List<Vpc> all = account.vpcs();
        Optional<Vpc> usual = all.stream()
                .filter(Vpc::isDefault)
                .findFirst()
                .or(() -> all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty());
        String names = all.stream().map(Network::name).collect(Collectors.joining(", "));
        if (all.isEmpty()) {
            throw CommandFailure.badInput("region " + region + " has no VPC: make one, such as by aws ec2"
                    + " create-default-vpc --region " + region);
        }
        String answer = all.size() == 1
                ? ""
                : console.ask("VPC, of " + names + "?"
                                + usual.map(vpc -> " [" + vpc.id() + "]").orElse(""))
                        .map(String::strip)
                        .orElse("");
        return answer.isEmpty()
                ? usual.orElseThrow(() -> CommandFailure.badInput(
                        "region " + region + " has no default VPC: choose one of " + names + " with --vpc-id"))
                : all.stream()
                        .filter(vpc -> vpc.id().equals(answer))
                        .findFirst()
                        .orElseThrow(() -> CommandFailure.badInput(
                                answer + " is no VPC of region " + region + ": there are " + names));
    }

    private static String name(Vpc vpc) {
        return vpc.id() + (vpc.isDefault() ? " (default)" : "");
    }

    /**
     * One public subnet for each zone; empty where Terraform takes the right ones by itself (the default VPC's own, or all of a VPC that has no others),
     * or what there is is too little.
     */
    private static List<String> publicOnes(Vpc vpc, List<Subnet> all) {
        List<Subnet> taken = all.stream()
                .filter(subnet -> !vpc.isDefault() || subnet.isDefault())
                .toList();
        Map<String, String> byZone = new LinkedHashMap<>();
        taken.stream().filter(Subnet::internetRoute).forEach(subnet -> byZone.putIfAbsent(subnet.zone(), subnet.id()));
        return byZone.size() == taken.size() || byZone.size() < ZONES ? List.of() : List.copyOf(byZone.values());
    }
}
