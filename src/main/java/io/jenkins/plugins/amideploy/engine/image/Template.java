package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.Hcl;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Packer's template as a bake of one layer fills it in: the variables of packer/variables.pkr.hcl. */
final class Template {
    /** Packer's directory within the recipes. */
    static final String DIRECTORY = "packer/";

    private static final Pattern BRACE_BEHIND_BRACE = Pattern.compile("(?<=\\{)\\{");

    /** What begins a template, to Packer or to Ansible. */
    private static final List<String> TEMPLATES = List.of("{{", "{%", "{#");

    private final BakeRequest request;
    private final Decision decision;
    private final Layer layer;

    Template(BakeRequest request, Decision decision, Layer layer) {
        this.request = request;
        this.decision = decision;
        this.layer = layer;
    }

    /** The name that the image will have. */
    String imageName() {
        return ImageName.of(
                layer, request.app().app(), request.startedAt(), decision.fingerprintOf(layer), request.build());
    }

    /** Of the bake's own key pair, as the template has it: it names the build. */
    String keyPairName() {
        return Temporary.PREFIX + imageName();
    }

    /** Where Packer writes its manifest: a file of this bake alone, since Packer appends to one that is there. */
    String manifestPath() {
        return request.workDirectory() + "/manifest-" + imageName() + ".json";
    }

    /** Where the bake leaves the versions that it chose for requirements that leave them open. */
    String lockPath() {
        return request.workDirectory() + "/requirements-" + imageName() + ".lock";
    }

    /** Arguments of {@code packer build}. */
    List<String> build() {
        List<String> arguments = new ArrayList<>(List.of("build", "-color=false", "-machine-readable"));
        variables().forEach((name, value) -> arguments.add("-var=" + name + "=" + value));
        arguments.add(DIRECTORY);
        return arguments;
    }

    private Map<String, String> variables() {
        boolean base = layer == Layer.BASE;
        ImageSettings settings = request.settings();
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("layer", layer.label());
        variables.put("app", request.app().app());
        variables.put("environment", request.app().environment());
        variables.put("region", request.region());
        variables.put("build", text(request.build()));
        variables.put("expires_at", request.expiresAt().toString());
        variables.put("image_name", imageName());
        variables.put("fingerprint", decision.fingerprintOf(layer));
        variables.put("commit", text(decision.commit()));
        variables.put("app_version", text(decision.appVersion()));
        variables.put("source_ami", base ? decision.upstreamAmiId() : decision.baseAmiId());
        variables.put("ssh_username", settings.baseImage().sshUsername());
        variables.put("base_baked_at", base ? "" : decision.baseBakedAt());
        variables.put("instance_type", decision.instanceType(settings));
        variables.put("architecture", decision.architecture().label());
        variables.put("vpc_id", settings.vpcId());
        variables.put("subnet_id", settings.subnetId());
        variables.put("tags", Hcl.map(tags(settings.tags())));
        variables.put("work_dir", request.workDirectory());
        variables.put("manifest_path", manifestPath());
        variables.put("application_dir", request.applicationDirectory());
        if (!base) {
            variables.putAll(application(settings));
        }
        return variables;
    }

    private static Map<String, String> tags(Map<String, String> given) {
        return given.entrySet().stream()
                .collect(Collectors.toMap(tag -> text(tag.getKey()), tag -> text(tag.getValue())));
    }

    /**
     * Tags are Go templates once more when Packer has read its own (hashicorp/packer-plugin-amazon 150), and are rendered until nothing changes any more, so
     * that no quotes survive: two braces are set apart. What a release records and its page shows has them as they are, since the run says it.
     */
    private static String text(String value) {
        return BRACE_BEHIND_BRACE.matcher(value).replaceAll(" {");
    }

    /**
     * What goes into the play is a template to Packer, a number of times that differs by its version, and then to Ansible.
     *
     * @throws IllegalArgumentException naming what would be taken for one
     */
    static void requirePlain(BakeRequest request) {
        ImageSettings settings = request.settings();
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("the path of the application", request.applicationDirectory());
        texts.put("the path of its tasks", request.tasksFile());
        texts.put("the path of the working directory", request.workDirectory());
        texts.put("health_check_path", request.variables().healthPath());
        texts.put("exclude in image.yml", String.join(" ", settings.files().exclude()));
        settings.trial()
                .environment()
                .forEach((name, value) -> texts.put("bake_environment " + name + " in image.yml", value));
        texts.forEach((what, value) -> {
            if (TEMPLATES.stream().anyMatch(value::contains)) {
                throw new IllegalArgumentException(
                        what + " has {{, {% or {#, which Packer and Ansible would take for a template:"
                                + " write it without");
            }
        });
    }

    /** What makes the application layer; the base layer is the same for all applications that say nothing of it. */
    private Map<String, String> application(ImageSettings settings) {
        Allowances allowances = settings.allowances();
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("exclude", Hcl.list(settings.files().exclude()));
        variables.put("tasks_file", request.tasksFile());
        variables.put("packages", Hcl.list(settings.packages()));
        variables.put("build_packages", Hcl.list(settings.buildPackages()));
        variables.put("outgoing_ports", allowances.outgoingPorts().toString());
        variables.put("writable_memory", String.valueOf(allowances.writableMemory()));
        variables.put("system_calls", Hcl.list(allowances.systemCalls()));
        variables.put("start_in_bake", String.valueOf(settings.trial().start()));
        variables.put("bake_environment", Hcl.map(settings.trial().environment()));
        variables.put("health_check_path", request.variables().healthPath());
        variables.put("health_check_matcher", request.variables().healthMatcher());
        return variables;
    }
}
