package io.jenkins.plugins.amideploy.engine.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Balancer;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Listener;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Machine;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Place;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Rule;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.SecurityGroup;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.TargetGroup;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table of ways from a load balancer to an instance. */
class PathCheckTest {
    private static final String TARGETS = "arn:tg/web/1";

    private List<Listener> listeners = List.of(new Listener("HTTP", 80, List.of(TARGETS)));
    private List<Place> places =
            List.of(new Place("a", "subnet-a", "10.0.0.0/24"), new Place("b", "subnet-b", "10.0.1.0/24"));
    private TargetGroup target = new TargetGroup(TARGETS, "web", 80, 80);
    private Machine machine = new Machine("i-1", "a", "subnet-m", "10.0.5.7", List.of("sg-app"));
    private List<Rule> in = List.of(from("tcp", 80, 80, "sg-lb"));
    private List<Rule> out = List.of(from("tcp", 80, 80, "sg-app"));
    private List<Rule> clients = List.of(cidr("tcp", 80, 80, "0.0.0.0/0"));

    private BalancerPath path() {
        return new BalancerPath(
                List.of(new Balancer("arn:lb", "web", List.of("sg-lb"), places, listeners)),
                List.of(target),
                List.of(machine),
                List.of(
                        new SecurityGroup("sg-lb", "web-lb", clients, out),
                        new SecurityGroup("sg-app", "web-instance", in, List.of())));
    }

    private static Rule from(String protocol, int first, int last, String group) {
        return new Rule(protocol, first, last, List.of(), List.of(group), false);
    }

    private static Rule cidr(String protocol, int first, int last, String range) {
        return new Rule(protocol, first, last, List.of(range), List.of(), false);
    }

    private Optional<Cause> cause() {
        return PathCheck.closed(path()).map(Diagnosis::cause);
    }

    @Test
    void open_saysNothing() {
        assertThat(cause()).isEmpty();
        assertThat(PathCheck.closedToClients(path())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "tcp, 80, 80, sg-lb, false",
        "tcp, 0, 65535, sg-lb, false",
        "-1, -1, -1, sg-lb, false",
        "6, 80, 80, sg-lb, false",
        "tcp, 443, 443, sg-lb, true",
        "udp, 80, 80, sg-lb, true",
        "tcp, 80, 80, sg-other, true"
    })
    void rulesForGroupsOnTheInstancesSide(String protocol, int first, int last, String group, boolean closed) {
        in = List.of(from(protocol, first, last, group));
        assertThat(cause()).isEqualTo(closed ? Optional.of(Cause.PATH_CLOSED) : Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0, false",
        "10.0.0.0/16, false",
        "10.0.1.0/24, false",
        "10.0.0.17/32, false",
        "10.0.2.0/24, true",
        "192.168.0.0/16, true"
    })
    void rulesForRangesOnTheInstancesSide(String range, boolean closed) {
        in = List.of(cidr("tcp", 80, 80, range));
        assertThat(cause()).isEqualTo(closed ? Optional.of(Cause.PATH_CLOSED) : Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0/0, false", "10.0.5.0/24, false", "10.0.5.7/32, false", "10.0.4.0/24, true"})
    void rulesForRangesOnTheBalancersSide(String range, boolean closed) {
        out = List.of(cidr("-1", -1, -1, range));
        assertThat(cause()).isEqualTo(closed ? Optional.of(Cause.PATH_CLOSED) : Optional.empty());
    }

    @Test
    void noWayIn_namesTheGroupAndTheRuleToPaste() {
        in = List.of(from("tcp", 22, 22, "sg-admin"));
        Diagnosis found = PathCheck.closed(path()).orElseThrow();
        assertThat(found.lines())
                .containsExactly(
                        "PATH_CLOSED: security group sg-app (web-instance) of the instances admits nothing on port 80 from load"
                                + " balancer web (sg-lb)",
                        "  sg-app (web-instance) lets in: tcp 22 from sg-admin",
                        "  do: apply the stack again, which puts it back; or by hand, to be taken back before the next apply:",
                        "      aws ec2 authorize-security-group-ingress --group-id sg-app --protocol tcp --port 80"
                                + " --source-group sg-lb");
    }

    @Test
    void noWayOut_namesTheGroupAndTheRuleToPaste() {
        out = List.of();
        Diagnosis found = PathCheck.closed(path()).orElseThrow();
        assertThat(found.summary())
                .isEqualTo(
                        "security group sg-lb (web-lb) of load balancer web lets nothing out on port 80 to the instances"
                                + " (sg-app)");
        assertThat(found.evidence()).containsExactly("sg-lb (web-lb) lets out: nothing");
        assertThat(found.command()).contains("authorize-security-group-egress --group-id sg-lb");
    }

    @Test
    void healthCheckPortIsClosed_isFoundToo() {
        target = new TargetGroup(TARGETS, "web", 80, 8081);
        assertThat(PathCheck.closed(path()).orElseThrow().summary()).contains("port 8081");
    }

    @Test
    void noListener_namesTheBalancer() {
        listeners = List.of();
        Diagnosis found = PathCheck.closed(path()).orElseThrow();
        assertThat(found.cause()).isEqualTo(Cause.LISTENER_MISSING);
        assertThat(found.summary()).startsWith("no listener of load balancer web leads to target group web");
        assertThat(found.evidence()).contains("load balancer web has no listener");
        assertThat(found.command()).startsWith("aws elbv2 create-listener --load-balancer-arn arn:lb");
    }

    @Test
    void listenerLeadsElsewhere_namesIt() {
        listeners = List.of(new Listener("HTTP", 80, List.of("arn:tg/other/2")));
        Diagnosis found = PathCheck.closed(path()).orElseThrow();
        assertThat(found.cause()).isEqualTo(Cause.LISTENER_MISSING);
        assertThat(found.evidence()).contains("load balancer web has the listeners HTTP 80, which lead elsewhere");
        assertThat(found.command()).isEmpty();
    }

    @Test
    void zoneIsNotEnabled_namesIt() {
        machine = new Machine("i-1", "c", "subnet-c", "10.0.2.7", List.of("sg-app"));
        Diagnosis found = PathCheck.closed(path()).orElseThrow();
        assertThat(found.cause()).isEqualTo(Cause.ZONE_NOT_ENABLED);
        assertThat(found.command())
                .isEqualTo("aws elbv2 set-subnets --load-balancer-arn arn:lb --subnets subnet-a subnet-b subnet-c");
    }

    @Test
    void clientsAreNotLetIn_isSaidApart() {
        clients = List.of(cidr("tcp", 443, 443, "0.0.0.0/0"));
        assertThat(cause()).isEmpty();
        assertThat(PathCheck.closedToClients(path()).orElseThrow().summary())
                .isEqualTo(
                        "security group sg-lb (web-lb) of load balancer web admits nobody on port 80, so no client gets in");
    }

    /** What cannot be judged is not said to be closed. */
    @Test
    void unknown_saysNothing() {
        in = List.of(new Rule("tcp", 80, 80, List.of(), List.of(), true));
        assertThat(cause()).as("prefix list").isEmpty();
        machine = new Machine("i-1", "a", "subnet-m", "", List.of("sg-unread"));
        assertThat(cause()).as("group not read").isEmpty();
        places = List.of();
        assertThat(cause()).as("zones not read").isEmpty();
        assertThat(PathCheck.closed(BalancerPath.UNREAD)).isEmpty();
    }

    @Test
    void balancerWithoutGroups_saysNothingOfRules() {
        BalancerPath path = new BalancerPath(
                List.of(new Balancer("arn:lb", "web", List.of(), places, listeners)),
                List.of(target),
                List.of(machine),
                List.of(new SecurityGroup("sg-app", "", List.of(), List.of())));
        assertThat(PathCheck.closed(path)).isEmpty();
        assertThat(PathCheck.closedToClients(path)).isEmpty();
    }
}
