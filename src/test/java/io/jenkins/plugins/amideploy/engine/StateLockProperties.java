package io.jenkins.plugins.amideploy.engine;

import static io.jenkins.plugins.amideploy.engine.Fuzz.readOrRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a lock says of itself, in the bucket or in Terraform's error, somebody can be told of it. */
class StateLockProperties {
    @Provide
    Arbitrary<String> texts() {
        return Fuzz.texts(
                "{",
                "}",
                "\"ID\"",
                "\"Who\"",
                "\"Created\"",
                "\"Path\"",
                ":",
                ",",
                "\"",
                "\\",
                "ci@agent",
                "ID: ",
                "Who:  ",
                "Lock Info:",
                "Error acquiring the state lock",
                "\n",
                "2026-11-23 10:00:00.5 +0000 UTC",
                "2026-13-45T99:00:00Z",
                "states/shop/demo/terraform.tfstate");
    }

    @Property
    void anyLock_isTold(@ForAll("texts") String text) {
        tell(text);
    }

    @Example
    void lockThatGoesOnForEver_isTold() {
        for (String each : Fuzz.longOnes("a", "\\\"", "\\\\", " ", "\n", "/")) {
            tell("{\"ID\":\"" + each + "\",\"Who\":\"" + each + "\",\"Created\":\"" + each + "\"}");
            tell("Error acquiring the state lock\nLock Info:\n  ID: " + each + "\n  Who: x");
        }
    }

    private static void tell(String text) {
        readOrRefused(() -> StateLock.ofObject(text), StateLockProperties::told);
        readOrRefused(() -> StateLock.ofError(text), lock -> lock.ifPresent(StateLockProperties::told));
    }

    private static void told(StateLock lock) {
        assertThat(lock.explained()).isNotBlank();
        assertThat(lock.cure()).isNotBlank();
        assertThat(lock.diagnosis().line()).isNotBlank();
        assertThat(lock.createdAt()).isNotNull();
        assertThat(lock.host()).isNotNull();
    }

    @Provide
    Arbitrary<String> plain() {
        return Arbitraries.strings().withChars("abcXYZ019-@._").ofMaxLength(12);
    }

    @Property
    void lockAsTerraformWritesIt_isReadAsItWas(@ForAll("plain") String id, @ForAll("plain") String who) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("ID", id);
        object.put("Operation", "OperationTypeApply");
        object.put("Who", who);
        object.put("Created", "2026-11-23T10:00:00.123Z");
        object.put("Path", "states/shop/demo/terraform.tfstate");

        StateLock lock = StateLock.ofObject(new TinyJson().write(object));

        assertThat(List.of(lock.id(), lock.operation(), lock.created(), lock.path()))
                .containsExactly(id, "apply", "2026-11-23T10:00:00Z", "states/shop/demo/terraform.tfstate");
        assertThat(lock.who()).isEqualTo(who.isEmpty() ? "somebody" : who);
    }
}
