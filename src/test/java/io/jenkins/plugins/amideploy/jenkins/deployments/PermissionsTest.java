package io.jenkins.plugins.amideploy.jenkins.deployments;

import static java.net.HttpURLConnection.HTTP_BAD_METHOD;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.ExtensionList;
import hudson.model.Descriptor;
import hudson.model.FreeStyleBuild;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.config.Tag;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.htmlunit.WebResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;
import org.kohsuke.stapler.verb.POST;

/**
 * Who may reach what of ours: every form, page, check, button and API that {@link WebSurface} finds is asked for as anonymous, reader, builder and
 * administrator. One that nobody has said anything about fails the test.
 */
@ExtendWith(OneController.class)
class PermissionsTest {
    private static final String SECRET_ID = "keys-of-the-controller";
    private static final List<String> USERS = List.of("anonymous", "reader", "builder", "admin");

    /** Served where the user may read the item; the answer tells of the text alone that was sent with the request. */
    private static final String TEXT = "looks at the text that is sent alone";

    /** What is said of surfaces, by a pattern of their names. A surface is known by exactly one. */
    private static final Map<String, String> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("method steps\\.\\w+(\\$\\w+)?\\.doCheck\\w+", TEXT);
        KNOWN.put(
                "method steps\\.RolloutAsgStep\\$DescriptorImpl\\.doFill(Standby|ScaleInProtected)InstancesItems",
                TEXT);
        KNOWN.put(
                "method steps\\.AwsStepDescriptor\\.doFillCredentialsIdItems",
                "credentials for who may configure the item");
        KNOWN.put("method config\\.AmiDeployConfiguration\\.doCheck\\w+", "administrators");
        KNOWN.put("method config\\.Tag\\$DescriptorImpl\\.doCheck\\w+", "administrators");
        KNOWN.put(
                "method config\\.AmiDeployConfiguration\\.doFillCredentialsIdItems", "credentials for administrators");
        KNOWN.put("method deployments\\.DeploymentsAction\\.do(RollBack|Promote)", "who may build the job");
        KNOWN.put(
                "method deployments\\.DeploymentsAction\\.get(View|Api|Folder|Target|IconFileName|DisplayName|UrlName)",
                "readers of the folder");
        KNOWN.put("proxy deployments\\.DeploymentsAction is StaplerProxy", "readers of the folder");
        KNOWN.put(
                "action deployments\\.DeploymentsAction(\\$Factory is TransientActionFactory| is Action)",
                "readers of the folder");
        KNOWN.put("view deployments/DeploymentsAction/\\w+\\.jelly", "readers of the folder");
        KNOWN.put("exported deployments\\.\\w+View\\[.*", "readers of the folder");
        KNOWN.put("action run\\.ReleaseAction is Action", "readers of the build");
        KNOWN.put("method run\\.ReleaseAction\\.get\\w+", "readers of the build");
        KNOWN.put("view run/ReleaseAction/summary\\.jelly", "readers of the build");
        KNOWN.put("exported run\\.\\w+\\[.*", "readers of the build");
        KNOWN.put("action releases\\.(OpenReleases|AskedRelease) is Action", "nobody: without an address");
        KNOWN.put("method releases\\.(OpenReleases|AskedRelease)\\.(get|is)\\w+", "nobody: without an address");
        KNOWN.put("view steps/\\w+/\\w+\\.jelly", "form of a step, without a value of the controller's");
        KNOWN.put("view parameters/\\w+/(config|index)\\.jelly", "who may configure or build the job");
        KNOWN.put("exported parameters\\.\\w+\\[.*", "readers of the job");
        KNOWN.put("view pipeline/\\w+\\.groovy", "nobody: sources that pipelines run");
        KNOWN.put("view config/\\w+/config\\.jelly", "administrators");
        KNOWN.put("view pipeline/WebAppVariable/help\\.jelly", "readers of the job: a help text");
    }

    private static Set<WebSurface> found;
    private static JenkinsRule r;

    private DeploymentsWorld world;
    private final List<String> table = new ArrayList<>();

    @BeforeAll
    static void secure(JenkinsRule rule) throws Exception {
        r = rule;
        DeploymentsWorld.secure(r);
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials().add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, SECRET_ID, "AKIA", "secret", ""));
        provider.save();
        found = WebSurface.all();
    }

    @BeforeEach
    void setUp() throws Exception {
        world = new DeploymentsWorld(r);
        new SampleReleases(world.bucket.store, "demo", Instant.parse("2026-11-01T08:00:00Z"))
                .healthy("1.0.0", "1111111", "ami-0000000000000old")
                .healthy("1.1.0", "2222222", "ami-0000000000000new");
        world.deployed("demo", "prod");
    }

    @AfterEach
    void tearDown() {
        world.close();
        table.forEach(System.out::println);
    }

    @Test
    void everySurface_isKnown() {
        assertThat(found).hasSizeGreaterThan(60);
        found.forEach(surface -> table.add(surface + ": " + said(surface)));
        assertThat(found).allSatisfy(surface -> assertThat(KNOWN.keySet().stream()
                        .filter(surface.toString()::matches)
                        .toList())
                .as("who may reach %s? say it in KNOWN and try it below", surface)
                .hasSize(1));
    }

    @Test
    void everyPattern_isStillOfSomething() {
        assertThat(KNOWN.keySet())
                .allSatisfy(pattern -> assertThat(found.stream().map(WebSurface::toString))
                        .as(pattern)
                        .anyMatch(name -> name.matches(pattern)));
    }

    private static String said(WebSurface surface) {
        return KNOWN.entrySet().stream()
                .filter(known -> surface.toString().matches(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("UNKNOWN");
    }

    /** Each check and drop-down of each descriptor that this Jenkins has, inherited ones too, in a job and without one. */
    @Test
    void everyFormMethod_isByPostOnly_andTellsNothingOfTheController() throws Exception {
        int count = 0;
        for (Descriptor<?> descriptor : ours()) {
            boolean administrators =
                    descriptor instanceof AmiDeployConfiguration || descriptor instanceof Tag.DescriptorImpl;
            for (String method : formMethods(descriptor)) {
                count++;
                String below =
                        "descriptorByName/" + descriptor.getId() + "/" + method + "?value=%00&credentialsId=chosen";
                for (String path : List.of(world.job.getUrl() + below, below)) {
                    boolean inJob = path.startsWith("job/");
                    assertThat(root("admin", path, false).getStatusCode())
                            .as("GET " + path)
                            .isIn(HTTP_BAD_METHOD, HTTP_NOT_FOUND);
                    for (String user : USERS) {
                        String what = user + " " + path;
                        WebResponse answer = root(user, path, true);
                        boolean mayReach = inJob ? !user.equals("anonymous") : true;
                        boolean checksForAdministrators = administrators && method.startsWith("check");
                        if (!mayReach || checksForAdministrators && !user.equals("admin")) {
                            assertThat(answer.getStatusCode()).as(what).isIn(HTTP_FORBIDDEN, HTTP_NOT_FOUND);
                        } else {
                            assertThat(answer.getStatusCode()).as(what).isEqualTo(HTTP_OK);
                        }
                        if (!user.equals("admin")) {
                            assertThat(answer.getContentAsString()).as(what).doesNotContain(SECRET_ID);
                        } else if (method.startsWith("fillCredentialsId")) {
                            assertThat(answer.getContentAsString()).as(what).contains(SECRET_ID);
                        }
                    }
                }
            }
        }
        table.add(count + " checks and drop-downs of " + ours().size() + " descriptors");
        assertThat(count).isGreaterThan(60);
    }

    @Test
    void everyPageAndApi_ofTheFolder_isForItsReaders() throws Exception {
        List<String> paths =
                new ArrayList<>(List.of("deployments/api/json?depth=9", "deployments/api/xml", "deployments/view/app"));
        found.stream()
                .filter(surface -> surface.name().startsWith("deployments/DeploymentsAction/"))
                .forEach(surface -> paths.add("deployments/" + surface.name().replaceAll(".*/|\\.jelly", "")));
        for (String path : paths) {
            for (String user : USERS) {
                int status = world.get(user, path).getStatusCode();
                table.add(path + " as " + user + ": " + status);
                if (user.equals("anonymous")) {
                    assertThat(status).as(path).isIn(HTTP_NOT_FOUND, HTTP_FORBIDDEN);
                } else {
                    assertThat(status).as(user + " " + path).isNotIn(HTTP_FORBIDDEN);
                }
            }
        }
    }

    @Test
    void everyButton_isForWhoMayBuild_byPostOnly() throws Exception {
        List<String> buttons = found.stream()
                .map(WebSurface::name)
                .filter(name -> name.startsWith("deployments.DeploymentsAction.do"))
                .map(name -> name.replace("deployments.DeploymentsAction.do", ""))
                .map(name -> name.substring(0, 1).toLowerCase() + name.substring(1))
                .toList();
        assertThat(buttons).containsExactlyInAnyOrder("rollBack", "promote");
        for (String button : buttons) {
            String path = "deployments/" + button + "?app=web&environment=demo&sourceEnvironment=demo&number=1";
            for (String user : List.of("anonymous", "reader")) {
                assertThat(world.post(user, path).getStatusCode())
                        .as(user + " " + path)
                        .isIn(HTTP_NOT_FOUND, HTTP_FORBIDDEN);
            }
            assertThat(world.get("builder", path).getStatusCode()).as(path).isIn(HTTP_BAD_METHOD, HTTP_NOT_FOUND);
        }
        assertThat(world.asked()).isEmpty();
    }

    @Test
    void whatABuildHasReleased_isForItsReaders() throws Exception {
        FreeStyleBuild build = world.job.getLastBuild();
        ReleaseAction.record(build, new ReleaseFact("web-demo", ReleaseFact.Kind.IMAGE, "ami-of-the-build"));
        for (String path : List.of("", "api/json?depth=3", "api/xml?depth=3")) {
            for (String user : USERS) {
                WebResponse answer = root(user, build.getUrl() + path, false);
                table.add(build.getUrl() + path + " as " + user + ": " + answer.getStatusCode());
                if (user.equals("anonymous")) {
                    assertThat(answer.getStatusCode()).as(path).isIn(HTTP_NOT_FOUND, HTTP_FORBIDDEN);
                } else {
                    assertThat(answer.getStatusCode()).as(user + " " + path).isEqualTo(HTTP_OK);
                    assertThat(answer.getContentAsString())
                            .as(user + " " + path)
                            .contains("ami-of-the-build");
                }
            }
        }
    }

    @Test
    void configuration_andItsExport_areForAdministrators() throws Exception {
        AmiDeployConfiguration.get().setCredentialsId(SECRET_ID);
        for (String path : List.of("manage/configure", "manage/configuration-as-code/viewExport")) {
            for (String user : USERS) {
                WebResponse answer = root(user, path, path.endsWith("Export"));
                table.add(path + " as " + user + ": " + answer.getStatusCode());
                if (user.equals("admin")) {
                    assertThat(answer.getStatusCode()).as(path).isEqualTo(HTTP_OK);
                } else {
                    assertThat(answer.getStatusCode()).as(user + " " + path).isIn(HTTP_FORBIDDEN, HTTP_NOT_FOUND);
                }
            }
        }
    }

    private WebResponse root(String user, String path, boolean post) throws Exception {
        return post ? world.postAt(user, path) : world.getAt(user, path);
    }

    private static List<Descriptor<?>> ours() {
        List<Descriptor<?>> ours = new ArrayList<>();
        for (Descriptor<?> descriptor : ExtensionList.lookup(Descriptor.class)) {
            if (descriptor.getClass().getName().contains(".amideploy.")) {
                ours.add(descriptor);
            }
        }
        return ours;
    }

    /** As they stand in addresses: {@code checkRegion}. */
    private static Set<String> formMethods(Descriptor<?> descriptor) {
        Set<String> methods = new TreeSet<>();
        for (java.lang.reflect.Method method : descriptor.getClass().getMethods()) {
            if (method.getName().matches("do[A-Z].+")
                    && method.getDeclaringClass().getName().contains(".amideploy.")) {
                assertThat(method.isAnnotationPresent(POST.class))
                        .as(method.toString())
                        .isTrue();
                methods.add(method.getName().substring(2, 3).toLowerCase()
                        + method.getName().substring(3));
            }
        }
        return methods;
    }
}
