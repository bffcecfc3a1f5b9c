package io.jenkins.plugins.amideploy.jenkins.waits;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;

/**
 * Many waits for many groups in a controller that is a process of its own, against an embedded AWS with records: how many threads they need, how late they look, how often they
 * call. Each group has a target group and none ever gets healthy, so that all go on waiting. For {@code bench/waits} and {@link ManyWaitsTest}.
 *
 * @param waits in all
 * @param groups that they wait for, in turn
 * @param waitsOfABuild branches of one build
 * @param callsPerSecond the budget
 * @param looks as many of each wait are measured
 */
record WaitsLoad(int waits, int groups, int waitsOfABuild, int callsPerSecond, int looks) {
    /**
     * What was measured.
     *
     * @param ours threads of the plugin and of the SDK's clients
     * @param threads all of the controller's
     * @param lateP50 milliseconds by which half of the looks were later than the interval in force, or less
     * @param lateP99 the same of all but one in a hundred
     * @param callsPerSecond as the embedded AWS counted them
     * @param heapMegabytes used after a collection
     * @param processorPercent of one processor, of the whole controller
     * @param ended builds that did not go on waiting
     * @param interval what the log of a build said last about how often is looked; empty: nothing
     */
    record Measured(
            long ours,
            int threads,
            long lateP50,
            long lateP99,
            double callsPerSecond,
            long heapMegabytes,
            long processorPercent,
            int ended,
            String interval)
            implements Serializable {}

    /** Starts the waits, and measures when all of them look. */
    Measured measure(EmbeddedAws aws, RealJenkinsExtension controller) throws Throwable {
        List<String> arguments = makeGroups(aws);
        controller.startJenkins();
        String endpoint = aws.endpoint();
        int budget = callsPerSecond;
        controller.runRemotely((RealJenkinsExtension.Step) r -> configure(endpoint, budget));
        for (int build = 0; build * waitsOfABuild < waits; build++) {
            String script = script(arguments, build * waitsOfABuild);
            String name = "waits-" + build;
            controller.runRemotely((RealJenkinsExtension.Step) r -> begin(r, name, script));
        }
        int all = waits;
        controller.runRemotely((RealJenkinsExtension.Step) r -> awaitWaits(all));
        controller.runRemotely((RealJenkinsExtension.Step) r -> awaitLooks(all));
        long calls = aws.calls();
        Instant begun = Instant.now();
        long measured = (long) all * looks;
        Measured inside = controller.runRemotely(r -> measured(r, measured));
        double seconds = Duration.between(begun, Instant.now()).toMillis() / 1000.0;
        return new Measured(
                inside.ours,
                inside.threads,
                inside.lateP50,
                inside.lateP99,
                (aws.calls() - calls) / seconds,
                inside.heapMegabytes,
                inside.processorPercent,
                inside.ended,
                inside.interval);
    }

    private List<String> makeGroups(EmbeddedAws aws) {
        List<String> arguments = new ArrayList<>();
        try (ElasticLoadBalancingV2Client balancing = aws.client(ElasticLoadBalancingV2Client.builder());
                AutoScalingClient scaling = aws.client(AutoScalingClient.builder())) {
            for (int i = 0; i < groups; i++) {
                String name = "many-" + i;
                String targets = balancing
                        .createTargetGroup(request -> request.name(name)
                                .protocol(ProtocolEnum.HTTP)
                                .port(80)
                                .vpcId(aws.vpc()))
                        .targetGroups()
                        .get(0)
                        .targetGroupArn();
                try (EmbeddedGroup group = new EmbeddedGroup(aws, name).create()) {
                    scaling.attachLoadBalancerTargetGroups(
                            request -> request.autoScalingGroupName(name).targetGroupARNs(targets));
                    arguments.add(group.arguments("2"));
                }
            }
        }
        return arguments;
    }

    private String script(List<String> arguments, int from) {
        StringBuilder branches = new StringBuilder("def branches = [:]\n");
        for (int i = from; i < Math.min(waits, from + waitsOfABuild); i++) {
            branches.append("branches['b")
                    .append(i)
                    .append("'] = { awaitAsgHealthy timeoutMinutes: 120, ")
                    .append(arguments.get(i % groups))
                    .append(" }\n");
        }
        return branches + "parallel branches";
    }

    private static void configure(String endpoint, int callsPerSecond) throws Exception {
        AmiDeployConfiguration configuration = AmiDeployConfiguration.get();
        configuration.setRegion("us-east-1");
        configuration.setEndpoint(endpoint);
        configuration.setCredentialsId("deployer");
        configuration.setCallsPerSecond(callsPerSecond);
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "test", "test", "many waits"));
        provider.save();
    }

    private static void begin(JenkinsRule r, String name, String script) throws Exception {
        WorkflowJob job = r.jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static void awaitWaits(int all) throws Exception {
        Deadline.await(
                Duration.ofMinutes(10), all + " waits", () -> SharedLooks.get().waits() == all);
    }

    private static void awaitLooks(int all) throws Exception {
        SharedLooks.get().times().clear();
        Deadline.await(
                Duration.ofMinutes(10),
                "two looks of each wait",
                () -> SharedLooks.get().times().count() >= 2L * all);
    }

    private static Measured measured(JenkinsRule r, long looks) throws Exception {
        long processor = processorNanos();
        long begun = System.nanoTime();
        LookTimes times = SharedLooks.get().times();
        times.clear();
        Deadline.await(Duration.ofMinutes(15), looks + " looks", () -> times.count() >= looks);
        long used = (processorNanos() - processor) * 100 / (System.nanoTime() - begun);
        List<String> threads = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .toList();
        System.gc();
        List<WorkflowRun> runs = r.jenkins.getAllItems(WorkflowJob.class).stream()
                .map(WorkflowJob::getLastBuild)
                .toList();
        return new Measured(
                threads.stream().filter(WaitsLoad::isOurs).count(),
                threads.size(),
                times.lateMillis(0.5),
                times.lateMillis(0.99),
                0,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20,
                used,
                (int) runs.stream().filter(run -> !run.isBuilding()).count(),
                interval(runs.get(0)));
    }

    private static long processorNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static String interval(WorkflowRun run) throws Exception {
        return run.getLog(10_000).stream()
                .filter(line -> line.contains(": looking every "))
                .reduce("", (before, line) -> line);
    }

    private static boolean isOurs(String thread) {
        return thread.contains("amideploy") || thread.startsWith("sdk-") || thread.contains("idle-connection");
    }
}
