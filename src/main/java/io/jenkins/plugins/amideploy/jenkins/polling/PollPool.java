package io.jenkins.plugins.amideploy.jenkins.polling;

import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.util.ClassLoaderSanityThreadFactory;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import jenkins.security.ImpersonatingScheduledExecutorService;

/**
 * The threads on which running steps look at their tools and at AWS. Their own, because {@code jenkins.util.Timer} has ten for
 * the whole controller, and a look may take seconds.
 */
public final class PollPool {
    /** As many looks at the same time; each is short, so hundreds of waiting steps share them. */
    private static final int THREADS = 8;

    /** Idle threads end after as many seconds. */
    private static final int IDLE_SECONDS = 60;

    private static ScheduledExecutorService pool;
    private static Jenkins owner;

    private PollPool() {}

    /** Runs something later; never, when the controller is shutting down. */
    public static synchronized Future<?> schedule(Runnable look, long millis) {
        Jenkins jenkins = Jenkins.getInstanceOrNull();
        if (jenkins == null || jenkins == owner && pool.isShutdown()) {
            return null;
        }
        if (jenkins != owner) {
            owner = jenkins;
            pool = make();
        }
        return pool.schedule(look, millis, TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService make() {
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(
                THREADS,
                new NamingThreadFactory(
                        new ClassLoaderSanityThreadFactory(new DaemonThreadFactory()), PollPool.class.getName()));
        threads.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
        threads.setRemoveOnCancelPolicy(true);
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return new ImpersonatingScheduledExecutorService(threads, ACL.SYSTEM2);
    }

    /** Looks end with the controller; the builds go on when it is back. */
    @Terminator
    public static synchronized void shutdown() {
        if (pool != null) {
            pool.shutdown();
        }
    }
}
