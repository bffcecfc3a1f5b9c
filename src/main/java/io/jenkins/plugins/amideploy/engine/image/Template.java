package io.jenkins.plugins.amideploy.engine.image;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Packer's template as a bake of one layer fills it in: the variables of packer/variables.pkr.hcl. */
final class Template {
    /** Packer's directory within the checkout. */
    static final String DIRECTORY = "packer/";

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

    /** Where Packer writes its manifest: a file of this bake alone, since Packer appends to one that is there. */
    String manifestPath() {
        return request.workDirectory() + "/manifest-" + imageName() + ".json";
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
        variables.put("build", request.build());
        variables.put(
                "expires_at",
                request.startedAt()
                        .plus(BakeRequest.LIFETIME)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
        variables.put("image_name", imageName());
        variables.put("fingerprint", decision.fingerprintOf(layer));
        variables.put("commit", decision.commit());
        variables.put("app_version", decision.appVersion());
        variables.put("source_ami", base ? decision.upstreamAmiId() : decision.baseAmiId());
        variables.put("ssh_username", settings.baseImage().sshUsername());
        variables.put("base_baked_at", base ? "" : decision.baseBakedAt());
        variables.put("instance_type", settings.instanceType());
        variables.put("vpc_id", settings.vpcId());
        variables.put("subnet_id", settings.subnetId());
        variables.put("packages", list(base ? List.of() : settings.packages()));
        variables.put("tags", map(settings.tags()));
        variables.put("work_dir", request.workDirectory());
        variables.put("manifest_path", manifestPath());
        variables.put("application_dir", request.applicationDirectory());
        return variables;
    }

    /** Packer reads the value of a list or a map as an expression of HCL, that of a string as it is. */
    private static String list(Collection<String> values) {
        return values.stream().map(Template::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String map(Map<String, String> values) {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(entry -> quoted(entry.getKey()) + " = " + quoted(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    /** A string of HCL (hcl/hclsyntax/spec.md, "Template Expressions"): what would begin an expression is doubled. */
    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t")
                .replace("${", "$${")
                .replace("%{", "%%{");
        return '"' + escaped + '"';
    }
}
