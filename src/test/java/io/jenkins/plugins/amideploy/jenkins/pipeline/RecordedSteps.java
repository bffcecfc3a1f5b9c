package io.jenkins.plugins.amideploy.jenkins.pipeline;

import groovy.lang.Binding;
import groovy.lang.Closure;
import groovy.lang.GroovyClassLoader;
import groovy.lang.GroovyObjectSupport;
import groovy.lang.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.customizers.ImportCustomizer;

/**
 * Calls a script of {@code vars/} outside Jenkins: other scripts of {@code vars/} are called too, everything else is a step that
 * is written down, runs its body if it has one, and returns what the test said.
 */
final class RecordedSteps {
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Object> arguments = new HashMap<>();
    private final Map<String, Object> results = new HashMap<>();
    private final Map<String, String> failures = new HashMap<>();
    private final Map<String, Script> scripts = new HashMap<>();
    private final Map<String, Object> variables = new HashMap<>();
    private final GroovyClassLoader loader;

    RecordedSteps() {
        CompilerConfiguration configuration = new CompilerConfiguration();
        configuration.setScriptBaseClass(StepScript.class.getName());
        // As Jenkins does: a script may say @NonCPS without an import.
        configuration.addCompilationCustomizers(new ImportCustomizer().addImports("com.cloudbees.groovy.cps.NonCPS"));
        loader = new GroovyClassLoader(getClass().getClassLoader(), configuration);
        variables.put("env", new HashMap<>());
        variables.put("scm", Map.of("scm", "the repository of the job"));
        variables.put("currentBuild", new HashMap<>());
        variables.put("docker", new Docker());
    }

    /** A variable of the build's environment. */
    @SuppressWarnings("unchecked")
    RecordedSteps environment(String name, String value) {
        ((Map<String, Object>) variables.get("env")).put(name, value);
        return this;
    }

    /** What a step returns. */
    RecordedSteps returning(String step, Object result) {
        results.put(step, result);
        return this;
    }

    /** How a step fails. */
    RecordedSteps failing(String step, String message) {
        failures.put(step, message);
        return this;
    }

    /** Names of the steps, in the order of their calls; a stage with its name. */
    List<String> calls() {
        return calls;
    }

    /** First argument of the last call of a step. */
    @SuppressWarnings("unchecked")
    Map<String, Object> arguments(String step) {
        return (Map<String, Object>) arguments.get(step);
    }

    /** The same of a step with one text. */
    String text(String step) {
        return String.valueOf(arguments.get(step));
    }

    /** Calls {@code vars/NAME.groovy}. */
    Object call(String name, Object... with) throws IOException {
        return script(name).invokeMethod("call", with);
    }

    private Script script(String name) throws IOException {
        Script script = scripts.get(name);
        if (script == null) {
            try {
                script = (Script) loader.parseClass(Files.readString(file(name)), name + ".groovy")
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(impossible);
            }
            Binding binding = new Binding(new HashMap<>(variables));
            binding.setVariable(StepScript.STEPS, this);
            script.setBinding(binding);
            scripts.put(name, script);
        }
        return script;
    }

    private static Path file(String name) {
        return Path.of("vars", name + ".groovy");
    }

    private Object step(String name, Object[] with) {
        calls.add(name.equals("stage") ? "stage " + with[0] : name);
        if (with.length > 0) {
            arguments.put(name, with[0]);
        }
        if (name.equals("error")) {
            throw new IllegalStateException(String.valueOf(with[0]));
        }
        if (failures.containsKey(name)) {
            throw new IllegalStateException(failures.get(name));
        }
        if (with.length > 0 && with[with.length - 1] instanceof Closure<?> body) {
            return body.call();
        }
        return results.get(name);
    }

    /** Base of the scripts: what is no method of theirs is a script of {@code vars/} or a step. */
    public abstract static class StepScript extends Script {
        static final String STEPS = "recordedSteps";

        @Override
        public Object invokeMethod(String name, Object arguments) {
            if (!getMetaClass().respondsTo(this, name, (Object[]) arguments).isEmpty()) {
                return super.invokeMethod(name, arguments);
            }
            RecordedSteps steps = (RecordedSteps) getBinding().getVariable(STEPS);
            if (Files.exists(file(name))) {
                try {
                    return steps.call(name, (Object[]) arguments);
                } catch (IOException unreadable) {
                    throw new IllegalStateException(unreadable);
                }
            }
            return steps.step(name, (Object[]) arguments);
        }

        @Override
        public Object getProperty(String name) {
            if (!getBinding().hasVariable(name) && Files.exists(file(name))) {
                try {
                    return ((RecordedSteps) getBinding().getVariable(STEPS)).script(name);
                } catch (IOException unreadable) {
                    throw new IllegalStateException(unreadable);
                }
            }
            return super.getProperty(name);
        }
    }

    /** The global variable of docker-workflow. */
    public final class Docker extends GroovyObjectSupport {
        /** Notes the image and gives something to run in. */
        public Docker build(String image, String with) {
            calls.add("docker.build");
            arguments.put("docker.build", Map.of("image", image, "arguments", with));
            return this;
        }

        /** Notes an image that is there. */
        public Docker image(String image) {
            arguments.put("docker.image", Map.of("image", image));
            return this;
        }

        /** Runs the body at once. */
        public Object inside(String with, Closure<?> body) {
            calls.add("docker.inside");
            return body.call();
        }
    }
}
