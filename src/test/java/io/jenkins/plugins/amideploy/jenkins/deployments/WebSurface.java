package io.jenkins.plugins.amideploy.jenkins.deployments;

import hudson.cli.CLICommand;
import hudson.cli.declarative.CLIMethod;
import hudson.model.Action;
import hudson.model.Descriptor;
import hudson.model.PageDecorator;
import hudson.model.View;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.StaplerFallback;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.WebMethod;
import org.kohsuke.stapler.bind.JavaScriptMethod;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * Everything of the plugin's that somebody could reach by a browser or a script, found in its classes by the rules of Stapler
 * (https://www.jenkins.io/doc/developer/handling-requests/routing/), so that a new one is found by itself. For {@link PermissionsTest}.
 *
 * @param kind what it is: {@code method}, {@code view}, {@code action}, {@code exported}, {@code proxy}, {@code extension}
 * @param name class, without the package that all have, and member
 */
record WebSurface(String kind, String name) implements Comparable<WebSurface> {
    private static final String PACKAGE = "io.jenkins.plugins.amideploy.jenkins.";

    /** What Jenkins shows or runs for whoever asks, when an extension is of such a type. */
    private static final List<Class<?>> SHOWN =
            List.of(Action.class, TransientActionFactory.class, CLICommand.class, PageDecorator.class, View.class);

    /** What takes requests for an object. */
    private static final List<Class<?>> ROUTES = List.of(StaplerProxy.class, StaplerFallback.class);

    @Override
    public int compareTo(WebSurface other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return kind + " " + name;
    }

    /** All of them, sorted. */
    static Set<WebSurface> all() throws IOException, URISyntaxException, ClassNotFoundException {
        Set<WebSurface> all = new TreeSet<>();
        Path root = Path.of(AmiDeployConfiguration.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        for (Path file : files(root)) {
            String name = root.relativize(file).toString().replace('/', '.');
            if (name.startsWith(PACKAGE) && name.endsWith(".class")) {
                ofClass(Class.forName(name.replaceAll("\\.class$", "")), all);
            } else if (name.startsWith(PACKAGE) && name.matches(".*\\.(jelly|groovy)")) {
                all.add(new WebSurface(
                        "view",
                        root.resolve(PACKAGE.replace('.', '/')).relativize(file).toString()));
            }
        }
        return all;
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void ofClass(Class<?> type, Set<WebSurface> all) {
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                if (isServed(type, method)) {
                    all.add(new WebSurface("method", name(type) + "." + method.getName()));
                }
            }
        }
        if (type.isAnnotationPresent(ExportedBean.class)) {
            all.add(new WebSurface("exported", name(type) + exported(type)));
        }
        if (!type.isInterface() && !Modifier.isAbstract(type.getModifiers())) {
            SHOWN.stream()
                    .filter(shown -> shown.isAssignableFrom(type))
                    .forEach(shown -> all.add(new WebSurface("action", name(type) + " is " + shown.getSimpleName())));
            ROUTES.stream()
                    .filter(route -> route.isAssignableFrom(type))
                    .forEach(route -> all.add(new WebSurface("proxy", name(type) + " is " + route.getSimpleName())));
        }
        // Public fields of objects that are served are parts of addresses.
        if (Action.class.isAssignableFrom(type) || Descriptor.class.isAssignableFrom(type)) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isPublic(field.getModifiers()) && !Modifier.isStatic(field.getModifiers())) {
                    all.add(new WebSurface("field", name(type) + "." + field.getName()));
                }
            }
        }
    }

    private static boolean isServed(Class<?> type, Method method) {
        boolean annotated = Stream.<Class<? extends Annotation>>of(
                        WebMethod.class, JavaScriptMethod.class, CLIMethod.class)
                .anyMatch(method::isAnnotationPresent);
        boolean named = method.getName().matches("do[A-Z].*|js[A-Z].*|getDynamic|doDynamic|doIndex");
        // What an action's getters return is served below it, and so on.
        boolean getter = Action.class.isAssignableFrom(type) && method.getName().matches("get[A-Z].*|is[A-Z].*");
        return annotated || named || getter;
    }

    private static List<String> exported(Class<?> type) {
        List<String> names = new ArrayList<>();
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Exported.class))
                .forEach(method -> names.add(method.getName()));
        names.sort(null);
        return names;
    }

    private static String name(Class<?> type) {
        return type.getName().substring(PACKAGE.length());
    }
}
