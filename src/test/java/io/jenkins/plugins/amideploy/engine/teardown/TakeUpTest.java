package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader.Listener;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader.Rule;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What stands without a state gets the address that it has in the recipes; what serves comes before what an apply that was cut off left. */
class TakeUpTest {
    private static final AppId APP = new AppId("web", "prod");
    private static final String INSTANCE_EGRESS = "aws_vpc_security_group_egress_rule.instance[\"tcp-443-0.0.0.0/0\"]";

    private final List<Resource> resources = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();

    private void add(Kind kind, String id, String name, String nameTag, String... related) {
        Map<String, String> tags = new HashMap<>(Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "prod", "Name", nameTag));
        resources.add(new Resource(kind, id, name, "", tags, List.of(related)));
    }

    private void wholeStack() {
        add(Kind.SECURITY_GROUP, "sg-lb", "web-prod-lb-1", "web-prod-lb");
        add(Kind.SECURITY_GROUP, "sg-in", "web-prod-instance-1", "web-prod-instance");
        add(Kind.LOAD_BALANCER, "arn:lb", "web-prod", "web-prod", "sg-lb");
        add(Kind.TARGET_GROUP, "arn:tg", "web-prod", "web-prod");
        add(Kind.ROLE, "web-prod-eu", "web-prod-eu", "");
        add(Kind.INSTANCE_PROFILE, "web-prod-eu", "web-prod-eu", "");
        add(Kind.LAUNCH_TEMPLATE, "lt-1", "web-prod-2026", "web-prod");
        add(Kind.GROUP, "web-prod", "web-prod", "web-prod", "lt-1");
        add(Kind.INSTANCE, "i-1", "web-prod", "web-prod", "sg-in");
        for (String alarm : List.of("healthy-hosts", "unhealthy-hosts", "target-5xx")) {
            add(Kind.ALARM, "web-prod-" + alarm, "web-prod-" + alarm, "");
        }
        listeners.add(new Listener("arn:l80", "arn:lb", 80));
        listeners.add(new Listener("arn:l443", "arn:lb", 443));
        rules.add(new Rule("sgr-1", "sg-lb", false, "tcp", 80, "0.0.0.0/0", ""));
        rules.add(new Rule("sgr-2", "sg-lb", false, "tcp", 443, "0.0.0.0/0", ""));
        rules.add(new Rule("sgr-3", "sg-lb", true, "tcp", 80, "", "sg-in"));
        rules.add(new Rule("sgr-4", "sg-in", false, "tcp", 80, "", "sg-lb"));
        rules.add(new Rule("sgr-5", "sg-in", true, "tcp", 443, "0.0.0.0/0", ""));
    }

    private TakeUp takeUp(KnownResources state) {
        return TakeUp.of(new Standing(resources, listeners, rules, List.of()), APP, state);
    }

    @Test
    void of_stackWhoseStateIsLost_takesUpEveryAddressOfTheRecipes() throws IOException {
        wholeStack();

        TakeUp takeUp = takeUp(KnownResources.NONE);

        Set<String> imported = new TreeSet<>();
        Matcher to = Pattern.compile("(?m)^  to += (.*)$")
                .matcher(Files.readString(recipes().resolve("take_up.tf")));
        while (to.find()) {
            imported.add(to.group(1).replace("[each.key]", "[\"tcp-443-0.0.0.0/0\"]"));
        }
        assertThat(takeUp.ids().keySet()).containsExactlyInAnyOrderElementsOf(imported);
        assertThat(takeUp.ids())
                .containsEntry("aws_lb.web", "arn:lb")
                .containsEntry("aws_lb_listener.https[0]", "arn:l443")
                .containsEntry("aws_vpc_security_group_ingress_rule.instance_http", "sgr-4")
                .containsEntry(INSTANCE_EGRESS, "sgr-5");
        assertThat(takeUp.beside()).isEmpty();
    }

    /** Unit tests run in the checkout for the plugin, and in cli for the command line. */
    private static Path recipes() {
        Path here = Path.of("terraform");
        return Files.isDirectory(here) ? here : Path.of("..").resolve(here);
    }

    @Test
    void of_stackThatTheStateKnows_takesUpNothing() {
        wholeStack();
        Set<String> ids = new TreeSet<>(Set.of("arn:l80", "arn:l443", "sgr-1", "sgr-2", "sgr-3", "sgr-4", "sgr-5"));
        resources.forEach(resource -> ids.add(resource.id()));

        TakeUp takeUp = takeUp(new KnownResources(Set.of(), ids));

        assertThat(takeUp.ids()).isEmpty();
        assertThat(takeUp.beside()).isEmpty();
    }

    /** Cut off between a call and the writing of the state, it lacks what was made last. */
    @Test
    void of_listenerAndRuleOfWhatTheStateKnows_areTakenUp() {
        wholeStack();
        KnownResources state = new KnownResources(
                Set.of("aws_lb.web", "aws_security_group.load_balancer", "aws_security_group.instance"),
                Set.of("arn:lb", "sg-lb", "sg-in", "arn:l443", "sgr-1", "sgr-2", "sgr-3", "sgr-5"));
        resources.removeIf(resource -> !state.knows(resource.id()));

        assertThat(takeUp(state).ids())
                .isEqualTo(Map.of(
                        "aws_lb_listener.http",
                        "arn:l80",
                        "aws_vpc_security_group_ingress_rule.instance_http",
                        "sgr-4"));
    }

    @Test
    void of_severalOfOneKind_takesWhatServesAndNamesTheOthers() {
        add(Kind.LAUNCH_TEMPLATE, "lt-1", "web-prod-1", "web-prod");
        add(Kind.LAUNCH_TEMPLATE, "lt-2", "web-prod-2", "web-prod");
        add(Kind.SECURITY_GROUP, "sg-1", "web-prod-instance-1", "web-prod-instance");
        add(Kind.SECURITY_GROUP, "sg-2", "web-prod-instance-2", "web-prod-instance");
        add(Kind.GROUP, "web-prod", "web-prod", "web-prod", "lt-2");
        add(Kind.INSTANCE, "i-1", "web-prod", "web-prod", "sg-2");

        TakeUp takeUp = takeUp(KnownResources.NONE);

        assertThat(takeUp.ids())
                .containsEntry("aws_launch_template.web", "lt-2")
                .containsEntry("aws_security_group.instance", "sg-2");
        assertThat(takeUp.beside()).extracting(Resource::id).containsExactly("lt-1", "sg-1");
    }

    @Test
    void of_placeThatTheStateHasFilled_isNotTakenTwice() {
        add(Kind.LAUNCH_TEMPLATE, "lt-1", "web-prod-1", "web-prod");
        add(Kind.LAUNCH_TEMPLATE, "lt-2", "web-prod-2", "web-prod");

        TakeUp takeUp = takeUp(new KnownResources(Set.of("aws_launch_template.web"), Set.of("lt-2")));

        assertThat(takeUp.ids()).isEmpty();
        assertThat(takeUp.beside()).extracting(Resource::id).containsExactly("lt-1");
    }

    @Test
    void of_anotherEnvironmentsAndWhatIsGoing_areLeftAlone() {
        resources.add(new Resource(
                Kind.LOAD_BALANCER,
                "arn:other",
                "web-test",
                "",
                Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "test"),
                List.of()));
        resources.add(new Resource(Kind.GROUP, "web-prod", "web-prod", "Delete in progress", Account.OURS, List.of()));

        assertThat(takeUp(KnownResources.NONE).ids()).isEmpty();
    }
}
