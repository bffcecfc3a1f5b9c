package io.jenkins.plugins.amideploy.engine.doctor;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the tools are there and new enough. */
final class ToolChecks {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");

    private final ToolProbe probe;

    ToolChecks(ToolProbe probe) {
        this.probe = Objects.requireNonNull(probe);
    }

    List<Check> all() {
        return List.of(
                tool("packer", 1, 7, "required_plugins in the template"),
                tool("terraform", 1, 11, "the S3 backend's native lock file"),
                tool("ansible-playbook", 2, 15, "the roles' argument specifications"));
    }

    /** The oldest versions that have what the templates use; {@code why} names it. */
    private Check tool(String tool, int major, int minor, String why) {
        Optional<String> version = probe.version(tool);
        if (version.isEmpty()) {
            return Check.fail(
                    tool, "not on the PATH", "run make tools, or use ./ami-deploy, which brings a tooling image");
        }
        Matcher matcher = VERSION.matcher(version.get());
        if (!matcher.find()) {
            return Check.warn(
                    tool,
                    "version " + version.get() + " is not understood",
                    "needs " + major + "." + minor + " or newer");
        }
        int seenMajor = Integer.parseInt(matcher.group(1));
        int seenMinor = Integer.parseInt(matcher.group(2));
        if (seenMajor > major || seenMajor == major && seenMinor >= minor) {
            return Check.ok(tool, matcher.group());
        }
        return Check.fail(
                tool,
                matcher.group() + " is too old",
                "needs " + major + "." + minor + " or newer for " + why + "; run make tools");
    }
}
