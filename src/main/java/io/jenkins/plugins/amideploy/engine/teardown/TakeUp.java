package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader.Rule;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader.Standing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of a stack stands and is in no state, by the address that it has in the recipes: Terraform takes it up (take_up.tf) rather than make it a second time. After a lost
 * state that is production, so nothing is ever removed for it. Pure; the front doors call it while Terraform plans.
 *
 * @param ids address to what Terraform imports it by, for {@code take_up}
 * @param beside what carries the stack's tags and has no place in it, since the state or something that serves has that: left for {@code destroy}
 */
public record TakeUp(Map<String, String> ids, List<Resource> beside) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final String INGRESS = "aws_vpc_security_group_ingress_rule.";
    private static final String EGRESS = "aws_vpc_security_group_egress_rule.";

    public TakeUp {
        ids = Map.copyOf(ids);
        beside = List.copyOf(beside);
    }

    /** Compares what stands with what the state knows. */
    public static TakeUp of(Standing standing, AppId app, KnownResources state) {
        return new Matching(standing, app, state).result();
    }

    /** Goes through what stands, kind by kind. */
    private static final class Matching {
        private final Standing standing;
        private final AppId app;
        private final KnownResources state;
        private final List<Resource> ours;
        private final Map<String, String> ids = new TreeMap<>();
        private final List<Resource> beside = new ArrayList<>();

        /** By address, what is there or known under it. */
        private final Map<String, Set<String>> places = new TreeMap<>();

        Matching(Standing standing, AppId app, KnownResources state) {
            this.standing = standing;
            this.app = app;
            this.state = state;
            this.ours = standing.resources().stream()
                    .filter(resource -> resource.belongsTo(app) && !Leftover.isGoing(resource))
                    .toList();
        }

        TakeUp result() {
            place(Kind.LOAD_BALANCER, "aws_lb.web", app.stackName());
            place(Kind.TARGET_GROUP, "aws_lb_target_group.web", app.stackName());
            place(Kind.GROUP, "aws_autoscaling_group.web", app.stackName());
            for (String alarm : List.of("unhealthy-hosts", "healthy-hosts", "target-5xx")) {
                place(
                        Kind.ALARM,
                        "aws_cloudwatch_metric_alarm." + alarm.replace('-', '_'),
                        app.stackName() + "-" + alarm);
            }
            place(Kind.ROLE, "aws_iam_role.instance[0]", all(Kind.ROLE));
            place(Kind.INSTANCE_PROFILE, "aws_iam_instance_profile.instance[0]", all(Kind.INSTANCE_PROFILE));
            place(Kind.LAUNCH_TEMPLATE, "aws_launch_template.web", all(Kind.LAUNCH_TEMPLATE));
            place(Kind.SECURITY_GROUP, "aws_security_group.load_balancer", groups("-lb"));
            place(Kind.SECURITY_GROUP, "aws_security_group.instance", groups("-instance"));
            listeners();
            rules();
            return new TakeUp(ids, beside);
        }

        private List<Resource> all(Kind kind) {
            return ours.stream().filter(resource -> resource.kind() == kind).toList();
        }

        /** Their names end in what makes them unique, so the tag tells which of the two a group is. */
        private List<Resource> groups(String suffix) {
            return all(Kind.SECURITY_GROUP).stream()
                    .filter(group ->
                            (app.stackName() + suffix).equals(group.tags().get("Name")))
                    .toList();
        }

        private void place(Kind kind, String address, String name) {
            place(
                    kind,
                    address,
                    all(kind).stream()
                            .filter(resource -> resource.name().equals(name))
                            .toList());
        }

        /** What serves has the place; where nothing does, any will do, and the first is the same one at every look. */
        private void place(Kind kind, String address, List<Resource> candidates) {
            Set<String> here = new HashSet<>();
            places.put(address, here);
            List<Resource> unknown = new ArrayList<>();
            for (Resource candidate : candidates) {
                if (state.knows(candidate.id())) {
                    here.add(candidate.id());
                } else {
                    unknown.add(candidate);
                }
            }
            if (!state.addresses().contains(address) && !unknown.isEmpty()) {
                Resource taken = unknown.stream()
                        .filter(this::serves)
                        .findFirst()
                        .orElseGet(() -> unknown.stream()
                                .min((first, second) -> first.id().compareTo(second.id()))
                                .orElseThrow());
                unknown.remove(taken);
                here.add(taken.id());
                ids.put(address, taken.id());
            }
            beside.addAll(unknown);
        }

        /** Whether a load balancer, a group or an instance of the stack names it. */
        private boolean serves(Resource candidate) {
            return ours.stream().anyMatch(other -> other.related().contains(candidate.id()));
        }

        private void listeners() {
            for (StandingReader.Listener listener : standing.listeners()) {
                if (places.get("aws_lb.web").contains(listener.balancerArn())) {
                    String address =
                            switch (listener.port()) {
                                case HTTP -> "aws_lb_listener.http";
                                case HTTPS -> "aws_lb_listener.https[0]";
                                default -> "";
                            };
                    part(address, listener.arn());
                }
            }
        }

        private void rules() {
            Set<String> balancer = places.get("aws_security_group.load_balancer");
            Set<String> instance = places.get("aws_security_group.instance");
            for (Rule rule : standing.rules()) {
                if (balancer.contains(rule.groupId())) {
                    part(ofBalancer(rule, instance), rule.id());
                } else if (instance.contains(rule.groupId())) {
                    part(ofInstance(rule, balancer), rule.id());
                }
            }
        }

        private static String ofBalancer(Rule rule, Set<String> instance) {
            boolean isOpen = !rule.isEgress() && rule.key().matches("tcp-(80|443)-0\\.0\\.0\\.0/0");
            if (isOpen) {
                return INGRESS + (rule.port() == HTTP ? "load_balancer_http" : "load_balancer_https[0]");
            }
            return rule.isEgress() && rule.port() == HTTP && instance.contains(rule.peer())
                    ? EGRESS + "load_balancer_to_instances"
                    : "";
        }

        private static String ofInstance(Rule rule, Set<String> balancer) {
            if (rule.isEgress()) {
                return rule.cidr().isEmpty() ? "" : EGRESS + "instance[\"" + rule.key() + "\"]";
            }
            return rule.port() == HTTP && balancer.contains(rule.peer()) ? INGRESS + "instance_http" : "";
        }

        /** @param address empty where the recipes have no such part */
        private void part(String address, String id) {
            if (!address.isEmpty() && !state.knows(id) && !state.addresses().contains(address)) {
                ids.putIfAbsent(address, id);
            }
        }
    }
}
