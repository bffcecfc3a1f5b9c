package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Subnet;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Vpc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether the VPC can hold the stack: a load balancer needs one subnet in each of two zones and a way to the internet (Application Load Balancer guide,
 * "Subnets for your load balancer"). Which subnets are taken is the rule of {@code terraform/network.tf}.
 */
final class NetworkChecks {
    private static final String SUBNETS = "subnets";
    private static final String PRIVATE = "private subnets";

    private final AccountReader account;

    NetworkChecks(AccountReader account) {
        this.account = Objects.requireNonNull(account);
    }

    /**
     * Where a stack is to be.
     *
     * @param vpcId null: the default VPC
     * @param subnetIds of the load balancer; empty: the default subnets of the default VPC, or all of a VPC that is named
     * @param privateSubnetIds of the instances; empty: the same
     * @param instances most instances of the group
     */
    record Place(String region, String vpcId, List<String> subnetIds, List<String> privateSubnetIds, int instances) {
        static Place of(DoctorRequest request) {
            return new Place(
                    request.region(),
                    request.vpcId(),
                    request.subnetIds(),
                    request.privateSubnetIds(),
                    request.maxSize());
        }

        /** A default VPC may have got further subnets, private ones for instance; its own have a way out. */
        private List<Subnet> balancers(List<Subnet> all) {
            Predicate<Subnet> chosen = subnetIds.isEmpty()
                    ? subnet -> vpcId != null || subnet.isDefault()
                    : subnet -> subnetIds.contains(subnet.id());
            return all.stream()
                    .filter(chosen)
                    .filter(subnet -> !privateSubnetIds.contains(subnet.id()))
                    .toList();
        }

        private List<Subnet> instances(List<Subnet> all) {
            return privateSubnetIds.isEmpty()
                    ? balancers(all)
                    : all.stream()
                            .filter(subnet -> privateSubnetIds.contains(subnet.id()))
                            .toList();
        }
    }

    /** Looks at a VPC and its subnets. */
    List<Check> all(Place place) {
        Optional<Vpc> found = account.vpc(place.vpcId());
        if (found.isEmpty()) {
            return List.of(
                    place.vpcId() == null
                            ? Check.fail(
                                    "vpc",
                                    "region " + place.region() + " has no default VPC",
                                    "name vpc_id and subnet_ids in the variables file, or make one:",
                                    "aws ec2 create-default-vpc --region " + place.region())
                            : Check.fail(
                                    "vpc",
                                    place.vpcId() + " does not exist in region " + place.region(),
                                    "correct vpc_id or region in the variables file"));
        }
        Vpc vpc = found.get();
        List<Check> checks = new ArrayList<>();
        checks.add(Check.ok(
                "vpc", vpc.id() + (vpc.isDefault() ? ", the default VPC" : "") + " in region " + place.region()));
        List<Subnet> all = account.subnets(vpc.id());
        Optional<Check> unknown = unknown(SUBNETS, "subnet_ids", place.subnetIds(), vpc, all)
                .or(() -> unknown(PRIVATE, "private_subnet_ids", place.privateSubnetIds(), vpc, all));
        if (unknown.isPresent()) {
            checks.add(unknown.get());
            return checks;
        }
        List<Subnet> balancers = place.balancers(all);
        checks.add(zones(vpc, balancers));
        if (!place.privateSubnetIds().isEmpty()) {
            checks.add(covered(balancers, place.instances(all)));
        }
        checks.add(internet(balancers));
        checks.addAll(new AddressChecks(balancers, place.instances(all), place.instances()).all());
        return checks;
    }

    private static Optional<Check> unknown(
            String name, String variable, List<String> wanted, Vpc vpc, List<Subnet> all) {
        Set<String> missing = new TreeSet<>(wanted);
        all.forEach(subnet -> missing.remove(subnet.id()));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Check.fail(
                        name,
                        String.join(", ", missing) + " not in VPC " + vpc.id(),
                        "correct " + variable + " in the variables file; the VPC has " + ids(all)));
    }

    private static Check zones(Vpc vpc, List<Subnet> subnets) {
        TreeMap<String, List<Subnet>> byZone =
                subnets.stream().collect(Collectors.groupingBy(Subnet::zone, TreeMap::new, Collectors.toList()));
        String seen = subnets.size() + " subnet" + (subnets.size() == 1 ? "" : "s") + " of VPC " + vpc.id() + " in "
                + byZone.size() + " zone" + (byZone.size() == 1 ? "" : "s");
        if (byZone.size() < 2) {
            return Check.fail(
                    SUBNETS,
                    seen + (subnets.isEmpty() ? "" : " (" + ids(subnets) + ")") + ": a load balancer needs two zones",
                    "name subnets of at least two zones as subnet_ids in the variables file, or make another in a second zone");
        }
        String crowded = byZone.entrySet().stream()
                .filter(zone -> zone.getValue().size() > 1)
                .map(zone -> ids(zone.getValue()) + " in " + zone.getKey())
                .collect(Collectors.joining("; "));
        return crowded.isEmpty()
                ? Check.ok(SUBNETS, seen + ": " + String.join(", ", byZone.keySet()))
                : Check.fail(
                        SUBNETS,
                        crowded + ": a load balancer takes one subnet of each zone",
                        "choose them with subnet_ids in the variables file");
    }

    /** A load balancer sends nothing to an instance in a zone that it is not in itself (same guide). */
    private static Check covered(List<Subnet> balancers, List<Subnet> instances) {
        Set<String> zones = balancers.stream().map(Subnet::zone).collect(Collectors.toSet());
        List<Subnet> uncovered = instances.stream()
                .filter(subnet -> !zones.contains(subnet.zone()))
                .toList();
        return uncovered.isEmpty()
                ? Check.ok(PRIVATE, ids(instances) + ", each in a zone of the load balancer")
                : Check.fail(
                        PRIVATE,
                        ids(uncovered) + " in "
                                + uncovered.stream().map(Subnet::zone).collect(Collectors.joining(", "))
                                + ": the load balancer is not in that zone and would send nothing there",
                        "give it a public subnet of that zone in subnet_ids, or leave this one out of private_subnet_ids");
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

    static String ids(Collection<Subnet> subnets) {
        return subnets.isEmpty() ? "none" : subnets.stream().map(Subnet::id).collect(Collectors.joining(", "));
    }
}
