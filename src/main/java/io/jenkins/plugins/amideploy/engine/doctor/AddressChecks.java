package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether the subnets have addresses left. A rollout runs old and new instances side by side, spread over the zones; where one zone is full Auto
 * Scaling goes to another.
 */
final class AddressChecks {
    private static final String NAME = "free addresses";

    /** What each subnet needs when a load balancer is made (Application Load Balancer guide, "Subnets for your load balancer"). */
    private static final int OF_BALANCER = 8;

    private static final String CURE =
            "free addresses (old network interfaces?), or name larger subnets in the variables file";

    private final List<Subnet> balancers;
    private final List<Subnet> instances;
    private final int most;

    /** @param most instances of the group */
    AddressChecks(List<Subnet> balancers, List<Subnet> instances, int most) {
        this.balancers = balancers;
        this.instances = instances;
        this.most = most;
    }

    List<Check> all() {
        if (instances.isEmpty()) {
            return List.of();
        }
        List<Check> checks = new ArrayList<>(List.of(ofInstances()));
        List<Subnet> small = fewerThan(OF_BALANCER, balancers);
        if (!small.isEmpty()) {
            checks.add(Check.warn(
                    NAME,
                    Diagnosis.of(
                            Cause.NO_FREE_ADDRESSES,
                            counts(small) + ": a load balancer that is yet to be made needs " + OF_BALANCER
                                    + " in each",
                            List.of(),
                            CURE)));
        }
        return checks;
    }

    private Check ofInstances() {
        long free = instances.stream().mapToLong(Subnet::freeAddresses).sum();
        if (free < most) {
            return Check.fail(
                    NAME,
                    Diagnosis.of(
                            Cause.NO_FREE_ADDRESSES,
                            counts(instances) + ": a rollout of up to " + most + " more instances needs " + most,
                            List.of(),
                            CURE));
        }
        List<Subnet> small = fewerThan((most + instances.size() - 1) / instances.size(), instances);
        return small.isEmpty()
                ? Check.ok(NAME, "at least " + least() + " in each of " + instances.size())
                : Check.warn(
                        NAME,
                        Diagnosis.of(
                                Cause.NO_FREE_ADDRESSES,
                                counts(small) + ": its zone cannot take its share of a rollout of up to " + most,
                                List.of(),
                                CURE));
    }

    private int least() {
        return instances.stream().mapToInt(Subnet::freeAddresses).min().orElse(0);
    }

    private static List<Subnet> fewerThan(int wanted, List<Subnet> subnets) {
        return subnets.stream()
                .filter(subnet -> subnet.freeAddresses() < wanted)
                .toList();
    }

    private static String counts(List<Subnet> subnets) {
        return subnets.stream()
                .map(subnet -> subnet.freeAddresses() + " in " + subnet.id())
                .collect(Collectors.joining(", "));
    }
}
