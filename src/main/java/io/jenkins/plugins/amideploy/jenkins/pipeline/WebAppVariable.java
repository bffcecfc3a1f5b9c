package io.jenkins.plugins.amideploy.jenkins.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import groovy.lang.Binding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jenkinsci.plugins.workflow.cps.CpsScript;
import org.jenkinsci.plugins.workflow.cps.GlobalVariable;

/**
 * A script of {@code vars/} that a pipeline calls like a step. {@link WebAppVariables} offers them.
 *
 * <p>Persisted is the script's object, with the build's program: a restart finds its class by name, among what the plugin brings.
 */
public final class WebAppVariable extends GlobalVariable {
    private final String name;

    WebAppVariable(String name) {
        this.name = name;
    }

    @NonNull
    @Override
    public String getName() {
        return name;
    }

    /** The same object for a whole script. It is compiled as a pipeline is, but, like the plugin itself, runs outside the sandbox. */
    @NonNull
    @Override
    public Object getValue(@NonNull CpsScript script) throws ReflectiveOperationException {
        Binding binding = script.getBinding();
        if (!binding.hasVariable(name)) {
            String type = WebAppVariable.class.getPackageName() + "." + name;
            binding.setVariable(
                    name,
                    script.getClass()
                            .getClassLoader()
                            .loadClass(type)
                            .getConstructor()
                            .newInstance());
        }
        return binding.getVariable(name);
    }

    /** For help.jelly: the text beside the script, HTML; empty for one that is not for others. */
    public String getHelp() throws IOException {
        try (InputStream text = WebAppVariable.class.getResourceAsStream(name + ".txt")) {
            return text == null ? "" : new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
