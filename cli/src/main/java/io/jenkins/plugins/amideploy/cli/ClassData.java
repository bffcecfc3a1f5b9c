package io.jenkins.plugins.amideploy.cli;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.aws.AnswerModels;
import io.jenkins.plugins.amideploy.cli.process.ScratchDirectory;
import io.jenkins.plugins.amideploy.cli.screen.Rehearsal;
import io.jenkins.plugins.amideploy.engine.AppId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loads what commands load, and changes nothing: the launcher {@code ami-deploy} runs it once for each jar and JVM, to keep the
 * classes for faster starts (class-data sharing). It plans with a Terraform that does nothing, and asks a server of its own what
 * commands ask AWS. What it misses is loaded from the jar.
 */
final class ClassData {
    private static final String TERRAFORM =
            """
            #!/bin/sh
            for argument in "$@"; do case $argument in -out=*) : >"${argument#-out=}" ;; esac; done
            echo '{"type":"change_summary","changes":{"add":0,"change":0,"remove":0,"operation":"plan"}}'
            """;

    private static final String ANSWER =
            """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
            <Account>1</Account><Arn>a</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>
            """;

    /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html: key, date, region, service. */
    private static final Pattern SIGNED_FOR = Pattern.compile("Credential=[^/]+/[^/]+/[^/]+/([^/]+)/aws4_request");

    private ClassData() {}

    public static void main(String[] none) throws IOException {
        load();
    }

    /** Returns the services that were asked, by the names with which requests to them are signed. */
    static Set<String> load() throws IOException {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        Path directory = Files.createTempDirectory("ami-deploy-class-data");
        HttpServer aws = server(asked);
        try {
            Path programs = Files.createDirectories(directory.resolve("programs"));
            Files.writeString(programs.resolve("terraform"), TERRAFORM);
            programs.resolve("terraform").toFile().setExecutable(true);
            for (String mark : Recipes.MARKS) {
                Files.createDirectories(directory.resolve(mark).getParent());
                Files.createFile(directory.resolve(mark));
            }
            Files.writeString(
                    Files.createDirectories(directory.resolve("environments")).resolve("a.pkrvars.hcl"),
                    "app = \"a\"\nenvironment = \"a\"\nregion = \"us-east-1\"\n");
            Surroundings surroundings = surroundings(Map.of(
                    "PATH",
                    programs + ":" + System.getenv("PATH"),
                    "AWS_ENDPOINT_URL",
                    "http://127.0.0.1:" + aws.getAddress().getPort()));
            run(surroundings, "--help");
            run(surroundings, "deploy", "-e", "nowhere", "-C", directory.toString());
            run(surroundings, "plan", "-e", "a", "-C", directory.toString(), "--image-id", "ami-1", "--local-state");
            ask(surroundings.cloud().apply("us-east-1"));
            AnswerModels.load();
            Rehearsal.draw();
        } finally {
            aws.stop(0);
            ScratchDirectory.remove(directory);
        }
        return asked;
    }

    private static Surroundings surroundings(Map<String, String> environment) {
        Console console = new Console(nowhere(), nowhere(), Clock.systemUTC());
        Surroundings real = Surroundings.real(console, new Interrupts(console));
        return new Surroundings(
                environment, real.clock(), console, real.interrupts(), real.tools(), Surroundings.cloud(environment));
    }

    private static void run(Surroundings surroundings, String... arguments) {
        Main.commandLine(surroundings, arguments)
                .setOut(nowhere())
                .setErr(nowhere())
                .execute(arguments);
    }

    private static HttpServer server(Set<String> asked) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            Matcher signed = SIGNED_FOR.matcher(exchange.getRequestHeaders().getFirst("Authorization"));
            if (signed.find()) {
                asked.add(signed.group(1));
            }
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void ask(Cloud cloud) {
        List<Runnable> questions = List.of(
                () -> cloud.account().identity(),
                () -> cloud.stateBucket().status("bucket"),
                () -> cloud.objects("bucket").list("prefix"),
                () -> cloud.objects("bucket").read("key"),
                () -> cloud.objects("bucket").create("key", "text"),
                () -> cloud.objects("bucket").delete("key"),
                () -> cloud.images().image("ami-1"),
                () -> cloud.groupReader().read("group"),
                () -> cloud.protectionReader().isProtected("balancer"),
                () -> cloud.balancerReader().listeners(List.of("arn")),
                () -> cloud.standingReader().find(new AppId("a", "a")),
                () -> cloud.resourceReader().find("a"));
        try (cloud) {
            for (Runnable question : questions) {
                try {
                    question.run();
                } catch (RuntimeException misunderstood) {
                    // The server answers everything alike, which fits no question but the first.
                }
            }
        }
    }

    private static PrintWriter nowhere() {
        return new PrintWriter(Writer.nullWriter());
    }
}
