package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Subnet;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Vpc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether the VPC can hold a load balancer: two zones and a way to the internet (Application Load Balancer guide, "Subnets for your load balancer"). */
final class NetworkChecks {
    private final AccountReader account;

    NetworkChecks(AccountReader account) {
        this.account = Objects.requireNonNull(account);
    }

    /**
     * Looks at a VPC and its subnets.
     *
     * @param vpcId null: the default VPC
     * @param subnetIds empty: all subnets of the VPC
     */
    List<Check> all(String region, String vpcId, List<String> subnetIds) {
        Optional<Vpc> found = account.vpc(vpcId);
        if (found.isEmpty()) {
            return List.of(
                    vpcId == null
                            ? Check.fail(
                                    "vpc",
                                    "region " + region + " has no default VPC",
                                    "name vpc_id and subnet_ids in the variables file, or make one: aws ec2 create-default-vpc")
                            : Check.fail(
                                    "vpc",
                                    vpcId + " does not exist in region " + region,
                                    "correct vpc_id or region in the variables file"));
        }
        Vpc vpc = found.get();
        List<Check> checks = new ArrayList<>();
        checks.add(Check.ok("vpc", vpc.id() + (vpc.isDefault() ? ", the default VPC" : "") + " in region " + region));
        List<Subnet> all = account.subnets(vpc.id());
        Set<String> missing = new TreeSet<>(subnetIds);
        all.forEach(subnet -> missing.remove(subnet.id()));
        if (!missing.isEmpty()) {
            checks.add(Check.fail(
                    "subnets",
                    String.join(", ", missing) + " not in VPC " + vpc.id(),
                    "correct subnet_ids in the variables file; the VPC has " + ids(all)));
            return checks;
        }
        Set<String> chosen = new HashSet<>(subnetIds);
        List<Subnet> used = chosen.isEmpty()
                ? all
                : all.stream().filter(subnet -> chosen.contains(subnet.id())).toList();
        checks.add(zones(vpc, used));
        checks.add(internet(used));
        return checks;
    }

    private static Check zones(Vpc vpc, List<Subnet> subnets) {
        Set<String> zones = subnets.stream().map(Subnet::zone).collect(Collectors.toCollection(TreeSet::new));
        String seen = subnets.size() + " subnet" + (subnets.size() == 1 ? "" : "s") + " of VPC " + vpc.id() + " in "
                + zones.size() + " zone" + (zones.size() == 1 ? "" : "s");
        if (zones.size() >= 2) {
            return Check.ok("subnets", seen + ": " + String.join(", ", zones));
        }
        return Check.fail(
                "subnets",
                seen + (subnets.isEmpty() ? "" : " (" + ids(subnets) + ")") + ": a load balancer needs two zones",
                "name subnets of at least two zones as subnet_ids in the variables file, or make another in a second zone");
    }

    private static Check internet(List<Subnet> subnets) {
        List<Subnet> without =
                subnets.stream().filter(subnet -> !subnet.internetRoute()).toList();
        if (without.isEmpty()) {
            return Check.ok("internet route", "every subnet has a route to an internet gateway");
        }
        return Check.fail(
                "internet route",
                ids(without)
                        + " without a route 0.0.0.0/0 to an internet gateway: nobody outside would reach the load balancer",
                "add the route to the subnet's route table, or name other subnet_ids in the variables file");
    }

    private static String ids(List<Subnet> subnets) {
        return subnets.isEmpty() ? "none" : subnets.stream().map(Subnet::id).collect(Collectors.joining(", "));
    }
}
