package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.image.BakeOperation;
import io.jenkins.plugins.amideploy.engine.image.BakeRequest;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bakes an image from the checkout, for {@code bake} and {@code deploy}. */
final class Baking {
    private static final String TEMPLATES = "packer/";

    private final Session session;

    Baking(Session session) {
        this.session = session;
    }

    /** What a bake runs on this machine; asked for before anything is begun. */
    void requirePrograms() {
        session.requirePrograms("packer", "ansible-playbook");
    }

    Image bake(Release release) {
        BakeRequest request = new BakeRequest(
                session.variables().app(),
                release.commit(),
                release.appVersion(),
                release.build(),
                session.surroundings().clock().instant(),
                session.directory().toString(),
                TEMPLATES,
                session.variablesFile().toString(),
                session.workDirectory().toString());
        session.console()
                .note("bake: " + request.imageName() + ", log " + session.log().file("packer"));
        return session.loop()
                .run(
                        new BakeOperation(request, session.json()),
                        Tool.PACKER.graceTime(),
                        "packer, which removes its temporary instance, key pair and security group");
    }

    /** An image for {@code --json}. */
    static Map<String, Object> document(Image image) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("image_id", image.amiId());
        document.put("image_name", image.name());
        document.put("region", image.region());
        document.put("base_image", image.source());
        return document;
    }
}
