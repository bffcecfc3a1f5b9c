package io.jenkins.plugins.amideploy.engine.stack;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Where the state of a stack is kept. */
public sealed interface Backend {
    /** Name of the file, beside the configuration, that puts local state in place of S3; never in version control. */
    String OVERRIDE_FILE = "backend_override.tf";

    /** Terraform's name for its kind. */
    String type();

    /** What {@code terraform init} is told about it, as Terraform records it. */
    Map<String, String> settings();

    /** The same as arguments. */
    default List<String> initArguments() {
        return settings().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(setting -> "-backend-config=" + setting.getKey() + "=" + setting.getValue())
                .toList();
    }

    /** Whose state it is: it lies in a directory of its environment's name. */
    default String environment() {
        String[] parts = place().split("/");
        return parts.length < 2 ? "" : parts[parts.length - 2];
    }

    /** Key or path of the state. */
    String place();

    /** Text of {@link #OVERRIDE_FILE}; empty where the file must not be there. */
    Optional<String> override();

    /**
     * The default: a bucket with Terraform's own lock object beside the state.
     *
     * @param bucket name of the bucket
     * @param key key of the state in it
     * @param region region of the bucket
     */
    record S3(String bucket, String key, String region) implements Backend {
        /** As many as the AWS provider's: the backend's own five are used up where a third of the calls is throttled for a while. */
        private static final String MAX_RETRIES = "25";

        public S3 {
            Objects.requireNonNull(bucket, "bucket");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(region, "region");
        }

        @Override
        public String type() {
            return "s3";
        }

        @Override
        public String place() {
            return key;
        }

        @Override
        public Map<String, String> settings() {
            return Map.of(
                    "bucket", bucket,
                    "key", key,
                    "region", region,
                    "use_lockfile", "true",
                    "encrypt", "true",
                    "max_retries", MAX_RETRIES);
        }

        @Override
        public Optional<String> override() {
            return Optional.empty();
        }
    }

    /**
     * A file on this machine, only for who asks for it by name: nobody else sees it, and it is lost with the machine.
     *
     * @param path absolute path of the state file
     */
    record Local(String path) implements Backend {
        public Local {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public String type() {
            return "local";
        }

        @Override
        public String place() {
            return path;
        }

        @Override
        public Map<String, String> settings() {
            return Map.of("path", path);
        }

        @Override
        public Optional<String> override() {
            return Optional.of(
                    """
                    # Written by ami-deploy --local-state; a run without that option removes it.
                    terraform {
                      backend "local" {}
                    }
                    """);
        }
    }
}
