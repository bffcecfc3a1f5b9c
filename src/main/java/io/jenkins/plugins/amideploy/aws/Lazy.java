package io.jenkins.plugins.amideploy.aws;

import java.util.function.Supplier;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** A client that is made when it is first needed, so that a command pays only for the services it calls. */
final class Lazy<T extends SdkAutoCloseable> {
    private final Supplier<T> maker;
    private T value;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    synchronized T get() {
        if (value == null) {
            value = maker.get();
        }
        return value;
    }

    synchronized void close() {
        if (value != null) {
            value.close();
            value = null;
        }
    }
}
