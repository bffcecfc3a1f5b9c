package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.process.ToolEnvironment;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import io.jenkins.plugins.amideploy.engine.doctor.EnvironmentReader;
import io.jenkins.plugins.amideploy.engine.image.Architecture;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.release.Announcement;
import io.jenkins.plugins.amideploy.engine.release.Announcer;
import io.jenkins.plugins.amideploy.engine.stack.ProtectionReader;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.state.StateBucketStatus;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A checkout, tools and an account that exist only for a test: tools answer by phase, AWS knows the caller and a bucket. */
final class FakeWorld {
    /** What a plan says that makes something. */
    static final List<String> CHANGES = List.of(
            "{\"type\":\"planned_change\",\"change\":{\"resource\":{\"addr\":\"aws_lb.web\"},\"action\":\"create\"}}",
            "{\"type\":\"change_summary\",\"changes\":{\"add\":1,\"change\":0,\"remove\":0,\"operation\":\"plan\"}}");

    static final List<String> NO_CHANGES = List.of(
            "{\"type\":\"change_summary\",\"changes\":{\"add\":0,\"change\":0,\"remove\":0,\"operation\":\"plan\"}}");
    static final String OUTPUTS =
            "{\"url\":{\"value\":\"http://lb\"},\"asg_name\":{\"value\":\"web-demo\"},\"image_id\":{\"value\":\"ami-old\"}}";

    final Path directory;
    final List<ToolCommand> commands = new ArrayList<>();
    final List<String> bucketCalls = new ArrayList<>();
    final Map<String, ToolResult> results = new HashMap<>();
    final Map<String, List<String>> output = new HashMap<>();
    final Map<String, String> environment = new TreeMap<>();
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    Optional<String> answer = Optional.empty();

    /** Told what tools inherit. */
    Consumer<ToolEnvironment> toolEnvironments = environment -> {};

    /** Names of hosted zones. */
    final Map<String, String> zones = new HashMap<>();

    /** Names of parameters and secrets that there are. */
    final Set<String> secrets = new HashSet<>();

    /** Whether the load balancer has deletion protection. */
    boolean isProtected;

    /** Versions that a bake chose. */
    String requirementsLock;

    /** Networks of the account. */
    List<AccountReader.Vpc> vpcs = List.of(new AccountReader.Vpc("vpc-1", true));

    /** Of each VPC. */
    List<AccountReader.Subnet> subnets = List.of(
            new AccountReader.Subnet("subnet-a", "a", true, true, 250),
            new AccountReader.Subnet("subnet-b", "b", true, true, 250));

    boolean bucketExists = true;
    Runnable atBucketCreation = () -> {};
    final MemoryStore bucket = new MemoryStore();

    /** What those who are to be told of releases were told. */
    final List<Announcement> announcements = new ArrayList<>();

    /** Why they did not take it. */
    Optional<String> deafness = Optional.empty();

    /** Goes on by five seconds each time that it is asked: a wait of a minute takes two seconds. */
    final InstantSource clock = new Ticking();

    final FakeStack stack = new FakeStack(clock);

    /** The interrupts of the command that was run last, or runs. */
    Interrupts interrupts;

    final KnownImages images = new KnownImages();

    /** What the account has with the application's tag. */
    final FakeResources resources = new FakeResources();

    FakeWorld(Path directory) throws IOException {
        this.directory = directory;
        Path programs = Files.createDirectories(directory.resolve("programs"));
        for (String program : List.of("packer", "terraform", "ansible-playbook", "python3")) {
            Path file = Files.createFile(programs.resolve(program));
            file.toFile().setExecutable(true);
        }
        environment.put("PATH", programs.toString());
        environment.put("USER", "tester");
        Files.createDirectories(directory.resolve("environments"));
        for (String mark : Recipes.MARKS) {
            Files.createDirectories(directory.resolve(mark).getParent());
            Files.createFile(directory.resolve(mark));
        }
        for (String declared : List.of("variables.tf", "variables_balancer.tf", "variables_instances.tf")) {
            Files.copy(
                    Path.of("../terraform", declared),
                    directory.resolve("terraform").resolve(declared));
        }
        results.put("python3 survey", ToolResult.exited("survey", 0).withDocument(SURVEY));
        variables("app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-central-1\"\n");
    }

    void variables(String text) throws IOException {
        Files.writeString(directory.resolve("environments/demo.pkrvars.hcl"), text);
    }

    /** What a command of a tool prints as its document. */
    void document(String command, String text) {
        results.put(command, ToolResult.exited(command.split(" ")[1], 0).withDocument(text));
    }

    /** What Terraform says of the stack, asked for it or at the end of an apply. @param text as {@code output -json} prints it */
    void outputs(String text) {
        document("terraform output", text);
        output.put("terraform apply", List.of("{\"type\":\"outputs\",\"outputs\":" + text + "}"));
    }

    /** An image of the application as it is was baked before. */
    void reusable() {
        images.add(Map.of(
                Tags.APP, "web",
                Tags.LAYER, "application",
                Tags.BASE_BAKED_AT, Instant.now().toString(),
                Tags.BASE_IMAGE, "ami-base web-base-1"));
    }

    List<String> argumentsOf(String phase) {
        return commands.get(phases().indexOf(phase)).arguments();
    }

    /** The result of {@code --json}. */
    @SuppressWarnings("unchecked")
    Map<String, Object> document() {
        return (Map<String, Object>) new JacksonParser().parse(out.toString());
    }

    /** What a command finds around it. */
    Surroundings surroundings() {
        Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), clock) {
            @Override
            Optional<String> answer(String question) {
                note("asked: " + question);
                return answer;
            }
        };
        interrupts = new Interrupts(console);
        return new Surroundings(
                environment,
                clock,
                console,
                interrupts,
                (tools, log) -> {
                    toolEnvironments.accept(tools);
                    return this::start;
                },
                region -> cloud());
    }

    /** Runs the command line; its exit code. */
    int run(String... arguments) {
        Surroundings surroundings = surroundings();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--directory", directory.toString()));
        return Main.commandLine(surroundings, all.toArray(String[]::new))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    List<String> phases() {
        return commands.stream()
                .map(command -> command.tool().executable() + " " + command.phase())
                .toList();
    }

    /** What standard error says of why the command failed, each with the lines below it behind semicolons. */
    List<String> errors() {
        return Stream.of(err.toString().replaceAll("\\R +", "; ").split("\\R"))
                .filter(line -> line.startsWith("error:"))
                .toList();
    }

    private ToolRun start(ToolCommand command) {
        commands.add(command);
        String key = command.tool().executable() + " " + command.phase();
        boolean isStacks = command.tool() == Tool.TERRAFORM && !results.containsKey(key) && !output.containsKey(key);
        List<String> said = isStacks ? stack.lines(command) : output.getOrDefault(key, List.of());
        ToolResult result =
                isStacks ? stack.result(command) : results.getOrDefault(key, ToolResult.exited(command.phase(), 0));
        Map<String, String> files = new HashMap<>();
        for (ToolCommand.Kept kept : command.keeps()) {
            if (kept.path().endsWith(".lock")) {
                Optional.ofNullable(requirementsLock).ifPresent(lock -> files.put(kept.path(), lock));
                continue;
            }
            files.put(kept.path(), kept.as() == ToolCommand.Kept.As.SHA256 ? "abc" : MANIFEST);
        }
        return new ToolRun() {
            @Override
            public Optional<ToolResult> poll(Consumer<String> lines) {
                said.forEach(lines);
                return Optional.of(result.withFiles(files));
            }

            @Override
            public void stop() {
                // It is over already.
            }
        };
    }

    private static final String SURVEY =
            """
            {"format":2,"start":"waitress-serve","locked":true,"tasks":{},"ansible_core":"2.19.4","commit":"c0ffee1","version":"v7","notes":[],
             "layers":{"base":{"ansible/base.yml":"1"},"application":{"ansible/application.yml":"2"}},
             "application":{"webapp/__init__.py":"3"}}
            """;

    private static final String MANIFEST =
            """
            {"builds":[{"artifact_id":"eu-central-1:ami-0123456789abcdef0","packer_run_uuid":"r"}],"last_run_uuid":"r"}
            """;

    private Cloud cloud() {
        return only(Cloud.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "account" ->
                only(AccountReader.class, (self, call, given) -> switch (call.getName()) {
                    case "vpcs" -> vpcs;
                    case "vpc" ->
                        vpcs.stream()
                                .filter(vpc -> given[0] == null
                                        ? vpc.isDefault()
                                        : vpc.id().equals(given[0]))
                                .findFirst();
                    case "subnets" -> subnets;
                    default -> new AccountReader.Identity("123456789012", "arn");
                });
            case "images" -> images;
            case "environmentReader" ->
                only(EnvironmentReader.class, (self, call, given) -> switch (call.getName()) {
                    case "zoneName" -> Optional.ofNullable(zones.get(given[0]));
                    default -> secrets.contains(given[0]);
                });
            case "protectionReader" -> only(ProtectionReader.class, (self, call, given) -> isProtected);
            case "objects" -> bucket;
            case "announcers" ->
                List.<Announcer>of(announcement -> {
                    announcements.add(announcement);
                    return deafness;
                });
            case "groupReader", "groupWriter", "balancerReader" -> stack;
            case "resourceReader", "resourceWriter" -> resources;
            case "standingReader" ->
                only(
                        StandingReader.class,
                        (self, call, given) -> new StandingReader.Standing(
                                resources.find("web").resources(), List.of(), List.of(), List.of()));
            case "stateBucket" -> only(StateBucketPort.class, (self, call, given) -> bucket(call.getName()));
            case "close" -> null;
            default -> throw new AssertionError("not expected: " + method);
        });
    }

    private Object bucket(String call) {
        if (call.equals("status")) {
            return bucketExists
                    ? new StateBucketStatus("states", true, true, "eu-central-1", true, true, true, true)
                    : StateBucketStatus.missing("states");
        }
        bucketCalls.add(call);
        if (call.equals("create")) {
            atBucketCreation.run();
        }
        return null;
    }

    private static final class Ticking implements InstantSource {
        private Instant now = Instant.now();

        @Override
        public synchronized Instant instant() {
            now = now.plusSeconds(5);
            return now;
        }
    }

    /** One published image, and images of ours that say which fingerprint was asked for. */
    static final class KnownImages implements ImageReader {
        private Map<String, String> tags = Map.of();

        /** Id of the one that is there. */
        String id = "ami-there";

        /** Ids of those that were removed. */
        final Set<String> gone = new HashSet<>();

        /** Puts an application layer there, of whatever fingerprint is looked for. */
        void add(Map<String, String> with) {
            tags = with;
        }

        @Override
        public List<String> architectures(String instanceType) {
            return List.of(instanceType.startsWith("t4g") ? "arm64" : "x86_64");
        }

        @Override
        public Optional<Image> newest(String owner, String namePattern, Architecture architecture) {
            return Optional.of(new Image("ami-debian", "debian-12-amd64-1", Instant.EPOCH, List.of(), Map.of()));
        }

        @Override
        public List<Image> ofFingerprints(String app, Collection<String> fingerprints) {
            if (tags.isEmpty()) {
                return List.of();
            }
            return fingerprints.stream()
                    .map(fingerprint -> {
                        Map<String, String> all = new HashMap<>(tags);
                        all.put(Tags.FINGERPRINT, fingerprint);
                        return new Image(id, "web-there", Instant.now(), List.of(), all);
                    })
                    .toList();
        }

        @Override
        public Optional<Image> image(String amiId) {
            return gone.contains(amiId)
                    ? Optional.empty()
                    : Optional.of(new Image(amiId, "web-" + amiId, Instant.EPOCH, List.of(), Map.of()));
        }
    }

    private static <T> T only(Class<T> port, InvocationHandler handler) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, handler));
    }
}
