package io.jenkins.plugins.amideploy.jenkins.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import java.net.URL;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.cps.GlobalVariable;
import org.jenkinsci.plugins.workflow.cps.GlobalVariableSet;
import org.jenkinsci.plugins.workflow.cps.GroovySourceFileAllowlist;

/**
 * What pipelines have by name without {@code @Library}: {@code deployWebApp}, {@code destroyWebApp}, and what these two stand on. The ordinal
 * puts it behind others: a library that has a changed one of the same name is what its pipelines get.
 */
@Extension(ordinal = -100)
public final class WebAppVariables extends GlobalVariableSet {
    private static final List<String> NAMES =
            List.of("deployWebApp", "destroyWebApp", "withDeployTools", "deploySettings");

    private final List<GlobalVariable> variables =
            NAMES.stream().<GlobalVariable>map(WebAppVariable::new).toList();

    @NonNull
    @Override
    public Collection<GlobalVariable> forRun(@CheckForNull Run<?, ?> run) {
        return variables;
    }

    /** Lets pipelines load the scripts' sources, and no other file of the plugin. */
    @Extension
    public static final class Sources extends GroovySourceFileAllowlist {
        private final List<String> urls = NAMES.stream()
                .map(name -> Optional.ofNullable(WebAppVariables.class.getResource(name + ".groovy")))
                .flatMap(Optional::stream)
                .map(URL::toString)
                .toList();

        @Override
        public boolean isAllowed(String groovySourceFileUrl) {
            return urls.contains(groovySourceFileUrl);
        }
    }
}
