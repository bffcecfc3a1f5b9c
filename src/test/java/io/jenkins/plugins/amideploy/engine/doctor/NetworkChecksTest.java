package io.jenkins.plugins.amideploy.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Subnet;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Vpc;
import io.jenkins.plugins.amideploy.engine.doctor.Check.Status;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows on subnets have their like in terraform/tests: what one refuses the other refuses. */
class NetworkChecksTest {
    /** By name: a2 is a second one in a, p is a private one in b that is no default, q a private one in c, s has three addresses left, n none. */
    private static final Map<String, Subnet> SUBNETS = Map.of(
            "a", new Subnet("subnet-a", "a", true, true, 250),
            "a2", new Subnet("subnet-a2", "a", true, false, 250),
            "b", new Subnet("subnet-b", "b", true, true, 250),
            "c", new Subnet("subnet-c", "c", false, true, 250),
            "p", new Subnet("subnet-p", "b", false, false, 250),
            "q", new Subnet("subnet-q", "c", false, false, 250),
            "s", new Subnet("subnet-s", "b", true, true, 3),
            "n", new Subnet("subnet-n", "b", true, true, 0));

    private static List<Check> checks(String vpc, String there, String chosen, String hidden, int instances) {
        AccountReader account = (AccountReader) Proxy.newProxyInstance(
                NetworkChecksTest.class.getClassLoader(),
                new Class<?>[] {AccountReader.class},
                (self, call, given) -> switch (call.getName()) {
                    case "vpc" -> Optional.of(new Vpc("vpc-1", given[0] == null));
                    case "subnets" -> subnets(there).stream().map(SUBNETS::get).toList();
                    default -> throw new AssertionError("not looked at: " + call);
                });
        return new NetworkChecks(account)
                .all(new NetworkChecks.Place("eu-west-1", vpc, ids(chosen), ids(hidden), instances));
    }

    private static List<String> subnets(String names) {
        return names == null ? List.of() : List.of(names.split(" "));
    }

    private static List<String> ids(String names) {
        return subnets(names).stream().map(name -> "subnet-" + name).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # VPC   | has        | subnet_ids | private | check           | stands | seen
                            | a b        |            |         | subnets         | OK     | 2 subnets of VPC vpc-1 in 2 zones: a, b
                            | a b p      |            |         | internet route  | OK     | every subnet has a route to an internet gateway
                    vpc-1   | a b p      |            |         | subnets         | FAIL   | subnet-b, subnet-p in b: a load balancer takes one subnet of each zone
                    vpc-1   | a b p      |            | p       | subnets         | OK     | 2 subnets of VPC vpc-1 in 2 zones: a, b
                            | a a2 b     |            |         | subnets         | OK     | 2 subnets of VPC vpc-1 in 2 zones: a, b
                            | a a2 b     | a a2 b     |         | subnets         | FAIL   | subnet-a, subnet-a2 in a: a load balancer takes one subnet of each zone
                            | a a2       | a a2       |         | subnets         | FAIL   | 2 subnets of VPC vpc-1 in 1 zone (subnet-a, subnet-a2): a load balancer needs two zones
                            | a b        | a p        |         | subnets         | FAIL   | subnet-p not in VPC vpc-1
                            | a b        |            | q       | private subnets | FAIL   | subnet-q not in VPC vpc-1
                            | a b p      |            | p       | private subnets | OK     | subnet-p, each in a zone of the load balancer
                            | a b q      |            | q       | private subnets | FAIL   | subnet-q in c: the load balancer is not in that zone and would send nothing there
                            | a c        |            |         | internet route  | FAIL   | subnet-c without a route 0.0.0.0/0 to an internet gateway: nobody outside would reach the load balancer
                            | a b p      |            | p       | free addresses  | OK     | at least 250 in each of 1
                    """)
    void subnets_areChosenAsTerraformChoosesThem(
            String vpc, String there, String chosen, String hidden, String name, Status status, String seen) {
        assertThat(checks(vpc, there, chosen, hidden, 1))
                .filteredOn(check -> check.name().equals(name))
                .first()
                .satisfies(check -> {
                    assertThat(check.seen()).isEqualTo(seen);
                    assertThat(check.status()).isEqualTo(status);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a b | 4   | OK   | at least 250 in each of 2
                    a s | 4   | OK   | at least 3 in each of 2
                    a s | 8   | WARN | NO_FREE_ADDRESSES: 3 in subnet-s: its zone cannot take its share of a rollout of up to 8
                    a n | 1   | WARN | NO_FREE_ADDRESSES: 0 in subnet-n: its zone cannot take its share of a rollout of up to 1
                    a s | 300 | FAIL | NO_FREE_ADDRESSES: 250 in subnet-a, 3 in subnet-s: a rollout of up to 300 more instances needs 300
                    """)
    void addresses_areCountedForTheInstancesOfARollout(String there, int instances, Status status, String seen) {
        assertThat(checks(null, there, null, null, instances))
                .filteredOn(check -> check.name().equals("free addresses"))
                .first()
                .satisfies(check -> {
                    assertThat(check.seen()).isEqualTo(seen);
                    assertThat(check.status()).isEqualTo(status);
                });
    }

    @ParameterizedTest
    @CsvSource({"a b, 0", "a s, 1"})
    void addresses_fewerThanEight_areTooFewForANewLoadBalancer(String there, int warnings) {
        assertThat(checks(null, there, null, null, 1))
                .filteredOn(check -> check.seen().contains("load balancer that is yet to be made"))
                .hasSize(warnings)
                .allMatch(check -> check.status() == Status.WARN);
    }
}
