package io.jenkins.plugins.amideploy.engine.tool;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A task of Ansible's that ended a play. {@link AnsibleFailure} finds it, {@link MachineWords} names its cause.
 *
 * @param name with its role: {@code app : Install the Python packages}
 * @param raised the first line of what Ansible itself says of it, which for a program that is not there says more than the result; may be empty
 * @param result what the module returned
 */
record FailedTask(String name, String raised, AnsibleResult result) {
    /** Messages that say only that there is something to say elsewhere. */
    private static final List<String> EMPTY_WORDS = List.of(
            "non-zero return code",
            "Error executing command.",
            "One or more items failed",
            "All items completed",
            "MODULE FAILURE");

    FailedTask {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(raised, "raised");
        Objects.requireNonNull(result, "result");
    }

    /** The module's message, line by line; none where it says nothing. */
    List<String> message() {
        List<String> lines = result.lines("msg");
        return EMPTY_WORDS.stream().anyMatch(words -> result.line("msg").startsWith(words)) ? List.of() : lines;
    }

    /** What the command wrote: errors, else output; where it could not be started, that. */
    List<String> written() {
        return Stream.of("stderr", "module_stderr", "stdout", "module_stdout")
                .map(result::lines)
                .filter(lines -> !lines.isEmpty())
                .findFirst()
                .orElse(message().isEmpty() && !raised.isEmpty() ? List.of(raised) : List.of());
    }

    /** Everything that may hold the cause. */
    String text() {
        return String.join(
                "\n",
                Stream.of(
                                message(),
                                result.lines("stderr"),
                                result.lines("stdout"),
                                result.lines("module_stderr"),
                                List.of(raised))
                        .flatMap(List::stream)
                        .toList());
    }

    /** The play's own summary of a loop, which follows the items. */
    boolean isOfItems() {
        return result.line("msg").matches("One or more items failed.*|All items completed.*");
    }
}
