package io.jenkins.plugins.amideploy.engine.state;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import java.util.HashSet;
import java.util.Set;

/**
 * What a Terraform state knows: read from the state itself, since every start of Terraform that loads the provider costs as much as a plan. For those who
 * look for what stands and is in no state. It holds addresses and ids alone: other attributes may be secrets.
 *
 * @param addresses of managed resources, as Terraform writes them: {@code aws_lb.web}, {@code aws_iam_role.instance[0]}
 * @param ids what the provider calls them: an id, a name or an ARN
 */
public record KnownResources(Set<String> addresses, Set<String> ids) {
    /** Of a stack without a state. */
    public static final KnownResources NONE = new KnownResources(Set.of(), Set.of());

    /** The only one that there is since Terraform 0.12. */
    private static final int VERSION = 4;

    public KnownResources {
        addresses = Set.copyOf(addresses);
        ids = Set.copyOf(ids);
    }

    /**
     * Reads a state.
     *
     * @param key its name for people
     * @param text of the file or object; empty where there is none
     * @throws IllegalArgumentException when it is no state that can be read: then nobody knows what it knows
     */
    public static KnownResources of(String key, String text, JsonParser parser) {
        if (text.isBlank()) {
            return NONE;
        }
        Json state = Json.lenient(parser, text);
        if (state.get("version").number() != VERSION) {
            throw new IllegalArgumentException(key + " is not a Terraform state of version " + VERSION
                    + ": put an earlier version of it back, which the bucket keeps");
        }
        Set<String> addresses = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (Json resource : state.get("resources").list()) {
            if (!resource.get("mode").text().equals("managed")) {
                continue;
            }
            String address =
                    resource.get("type").text() + "." + resource.get("name").text();
            for (Json instance : resource.get("instances").list()) {
                String id = instance.get("attributes").get("id").text();
                ids.add(id);
                // What is deposed is known, and its address is free for its successor.
                if (instance.get("deposed").isAbsent()) {
                    addresses.add(address + index(instance.get("index_key")));
                }
            }
        }
        ids.remove("");
        return new KnownResources(addresses, ids);
    }

    private static String index(Json key) {
        if (key.isAbsent()) {
            return "";
        }
        return key.string().map(name -> "[\"" + name + "\"]").orElseGet(() -> "[" + key.number() + "]");
    }

    /** Whether the state has something of that id, at whatever address. */
    public boolean knows(String id) {
        return ids.contains(id);
    }
}
