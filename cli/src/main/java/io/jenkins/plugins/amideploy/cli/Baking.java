package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.process.SocketReach;
import io.jenkins.plugins.amideploy.engine.image.BakeOperation;
import io.jenkins.plugins.amideploy.engine.image.BakeRequest;
import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.image.ImageSettings;
import io.jenkins.plugins.amideploy.engine.image.Memory;
import io.jenkins.plugins.amideploy.engine.tool.CredentialCheck;
import io.jenkins.plugins.amideploy.engine.tool.Lookout;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.Preceded;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds or bakes an image of the application, for {@code bake} and {@code deploy}. */
final class Baking {
    /** The look at a tool waits no longer for AWS than this; the next one asks again. */
    private static final Duration ONE_ANSWER = Duration.ofSeconds(5);

    private final Session session;
    private final BakeOptions options;
    private final ImageSettings settings;
    private final Path application;
    private final String tasks;
    private final boolean localState;
    private Temporaries temporaries;

    /** @throws CommandFailure when what the application says is malformed, or it is not there */
    Baking(Session session, BakeOptions options) {
        this(session, options, false);
    }

    /** @param localState whether the run shares nothing with others */
    Baking(Session session, BakeOptions options, boolean localState) {
        this.localState = localState;
        Application brought = new Application(session.directory());
        this.session = session;
        this.options = options;
        this.settings = brought.imageSettings();
        this.application = brought.directory(options.application, settings);
        this.tasks = brought.tasks(settings);
    }

    ImageSettings settings() {
        return settings;
    }

    /** What a bake runs on this machine; asked for before anything is begun. */
    void requirePrograms() {
        session.requirePrograms("packer", "ansible-playbook", "python3");
    }

    /** @param images what is there, as the run may count on it */
    Baked bake(Asked asked, ImageReader images) {
        return bake(operation(asked, images));
    }

    /** @param check what must succeed before anything is baked, if anything; not asked where an image is reused */
    Baked bake(Asked asked, ImageReader images, Optional<Operation<?>> check) {
        Operation<Baked> bake = operation(asked, images);
        return bake(check.<Operation<Baked>>map(first -> new Preceded<>(bake, Tool.PACKER, first))
                .orElse(bake));
    }

    private BakeOperation operation(Asked asked, ImageReader images) {
        BakeRequest request = new BakeRequest(
                session.variables().app(),
                session.variables().region(),
                settings,
                session.variables().bake(),
                options.fresh,
                asked.commit().orElse(""),
                asked.appVersion().orElse(""),
                asked.build(),
                session.surroundings().clock().instant(),
                session.recipes().toString(),
                application.toString(),
                tasks,
                session.workDirectory().toString());
        temporaries = new Temporaries(session, request, localState);
        return new BakeOperation(
                request, session.json(), images, Memory.none(), session.console()::detail, lookout(), temporaries);
    }

    private Lookout lookout() {
        return new Lookout(new SocketReach(), CredentialCheck.by(() -> Ahead.ask(
                        () -> session.cloud().account().identity())
                .within(ONE_ANSWER)));
    }

    private Baked bake(Operation<Baked> operation) {
        Baked baked = session.loop()
                .run(
                        operation,
                        Tool.PACKER.graceTime(),
                        "packer, which removes its temporary instance, key pair and security group");
        temporaries.release();
        if (baked.reused()) {
            session.console().outcome("reused " + baked.image().amiId() + " " + baked.ageAndContent());
        } else {
            session.console()
                    .outcome("baked " + baked.image().amiId() + ", log "
                            + session.log().file("packer"));
        }
        return baked;
    }

    /** An image for {@code --json}. */
    static Map<String, Object> document(Baked baked) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("image_id", baked.image().amiId());
        document.put("image_name", baked.image().name());
        document.put("region", baked.region());
        document.put("reused", baked.reused());
        document.put("fingerprint", baked.fingerprint());
        document.put("base_image_id", baked.baseAmiId());
        document.put("commit", baked.commit());
        document.put("app_version", baked.appVersion());
        return document;
    }
}
