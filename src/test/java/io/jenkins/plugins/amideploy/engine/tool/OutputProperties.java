package io.jenkins.plugins.amideploy.engine.tool;

import static io.jenkins.plugins.amideploy.engine.Fuzz.readOrRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Fuzz;
import java.time.InstantSource;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever line a tool prints, its reader goes on to the next. */
class OutputProperties {
    private static final List<String> NAMES = List.of(
            "type",
            "diagnostic",
            "severity",
            "summary",
            "detail",
            "address",
            "range",
            "filename",
            "start",
            "line",
            "hook",
            "resource",
            "addr",
            "action",
            "elapsed_seconds",
            "changes",
            "operation",
            "@message",
            "message_code");

    @Provide
    Arbitrary<Object> messages() {
        return Fuzz.trees(
                NAMES,
                "diagnostic",
                "init_output",
                "apply_start",
                "apply_progress",
                "apply_errored",
                "change_summary",
                "log",
                "error",
                "warning",
                "Interrupt received");
    }

    @Property
    void anyMessage_ofTerraforms_isReadOrPassedOver(@ForAll("messages") Object tree) {
        TerraformOutput output = new TerraformOutput("plan", text -> tree);
        assertThat(output.accept("{}")).isNotNull();
        output.problems().forEach(problem -> assertThat(problem).isNotNull());
        assertThat(output.messages()).isNotNull();
    }

    @Provide
    Arbitrary<String> lines() {
        return Fuzz.texts(
                "1700000000",
                ",",
                ",,",
                "ui",
                "say",
                "error",
                "==> amazon-ebs.webapp: ",
                "%!(PACKER_COMMA)",
                "\\n",
                "\\r",
                "fatal: [",
                "]: FAILED! => {",
                "}",
                "TASK [",
                "Instance ID: i-0",
                "AMI: ami-",
                "{",
                "\"type\":",
                "Creating temporary keypair: ");
    }

    @Property
    void anyLine_isReadOrPassedOver(@ForAll("lines") String line) {
        read(line);
    }

    @Example
    void lineThatGoesOnForEver_isReadOrPassedOver() {
        for (String each : Fuzz.longOnes("a", ",", "\\n", "{", "[", "\"", " ", "=> ", "%!(PACKER_COMMA)", "\\\"")) {
            read(each);
            read("{" + each);
            read("1700000000,,ui,error,==> amazon-ebs.webapp: " + each);
            read("1700000000,,ui,say,    amazon-ebs.webapp: fatal: [default]: FAILED! => {\"msg\": \"" + each + "\"}");
        }
    }

    private static void read(String line) {
        for (OutputParser parser : List.of(
                new PackerOutput("bake", Lookout.none(), InstantSource.system()),
                new TerraformOutput("plan", OutputProperties::noJson))) {
            readOrRefused(() -> parser.accept(line));
            readOrRefused(parser::problems);
        }
    }

    private static Object noJson(String text) {
        throw new IllegalArgumentException("not JSON");
    }
}
