package io.jenkins.plugins.amideploy.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest has. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"ami-deploy " + (version == null ? "(unpacked)" : version)};
    }
}
