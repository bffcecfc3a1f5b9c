package io.jenkins.plugins.amideploy.engine.teardown;

import java.util.List;
import java.util.stream.Stream;

/**
 * All that was found by the application's tag, whatever its environment.
 *
 * @param resources what there is; instances that are terminated do not count
 * @param unread kinds that could not be looked at, one line each with AWS's reason; a proof is incomplete while there are any
 */
public record Inventory(List<Resource> resources, List<String> unread) {
    public Inventory {
        resources = List.copyOf(resources);
        unread = List.copyOf(unread);
    }

    /** Both together. */
    Inventory and(Inventory other) {
        return new Inventory(
                Stream.concat(resources.stream(), other.resources.stream()).toList(),
                Stream.concat(unread.stream(), other.unread.stream()).toList());
    }
}
