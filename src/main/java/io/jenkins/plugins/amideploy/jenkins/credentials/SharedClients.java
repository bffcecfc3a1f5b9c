package io.jenkins.plugins.amideploy.jenkins.credentials;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.util.ClassLoaderSanityThreadFactory;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.aws.CallMeter;
import io.jenkins.plugins.amideploy.aws.ClientSharing;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The SDK's clients of the controller: one set for all who call the same region and endpoint as the same identity, closed when the last of them is gone. Without it a
 * thousand waits have ten thousand threads, since every client brings some. {@link AwsPorts} takes them for steps and pages. Nothing is persisted.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class SharedClients {
    /** Runs the time limits of all calls: nothing but interrupts, each in no time. */
    private static final int THREADS = 1;

    private final Map<Object, Shared> open = new HashMap<>();
    private ScheduledThreadPoolExecutor timers;

    /** The controller's. */
    public static SharedClients get() {
        return ExtensionList.lookupSingleton(SharedClients.class);
    }

    /**
     * Clients for one more user, who closes the lease.
     *
     * @param key of identity, region and endpoint; whoever comes with an equal one gets the same clients
     * @param maker makes them for the first
     */
    synchronized Lease lease(Object key, Function<ClientSharing, AwsClients> maker) {
        Shared shared = open.get(key);
        if (shared == null) {
            CallMeter meter = new CallMeter();
            shared = new Shared(key, maker.apply(new ClientSharing(timers(), meter)), meter);
            open.put(key, shared);
        }
        shared.users++;
        return new Lease(shared);
    }

    /** How many sets of clients are open. */
    public synchronized int size() {
        return open.size();
    }

    private ScheduledThreadPoolExecutor timers() {
        if (timers == null) {
            timers = new ScheduledThreadPoolExecutor(
                    THREADS,
                    new NamingThreadFactory(
                            new ClassLoaderSanityThreadFactory(new DaemonThreadFactory()),
                            SharedClients.class.getName()));
            timers.setRemoveOnCancelPolicy(true);
        }
        return timers;
    }

    private synchronized void leave(Shared shared) {
        shared.users--;
        if (shared.users == 0) {
            open.remove(shared.key, shared);
            shared.clients.close();
        }
    }

    private synchronized void closeAll() {
        open.values().forEach(shared -> shared.clients.close());
        open.clear();
        if (timers != null) {
            timers.shutdownNow();
        }
    }

    /** Clients end with the controller. */
    @Terminator
    public static void shutdown() {
        ExtensionList.lookup(SharedClients.class).forEach(SharedClients::closeAll);
    }

    /** One set of clients. Also the key by which others know whose looks are the same. */
    private static final class Shared {
        private final Object key;
        private final AwsClients clients;
        private final CallMeter meter;
        private int users;
        private Optional<String> account;

        Shared(Object key, AwsClients clients, CallMeter meter) {
            this.key = key;
            this.clients = clients;
            this.meter = meter;
        }

        synchronized Optional<String> account() {
            if (account == null) {
                account = clients.account();
            }
            return account;
        }
    }

    /** One user's hold on clients. */
    public final class Lease implements AutoCloseable {
        private final Shared shared;
        private boolean closed;

        private Lease(Shared shared) {
            this.shared = shared;
        }

        public AwsClients clients() {
            return shared.clients;
        }

        /** Counts the calls of all who share the clients. */
        public CallMeter meter() {
            return shared.meter;
        }

        /** Equal for all who share the clients. */
        public Object key() {
            return shared.key;
        }

        /** The account; empty where AWS does not tell. Asks STS, once for all users. */
        public Optional<String> account() {
            return shared.account();
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            leave(shared);
        }
    }
}
