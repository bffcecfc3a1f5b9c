package io.jenkins.plugins.amideploy.jenkins.deployments;

import hudson.security.ACL;
import hudson.util.ClassLoaderSanityThreadFactory;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jenkins.security.ImpersonatingExecutorService;

/** The threads on which pages read records beside each other. Their own, so that a bucket that does not answer holds up no step. */
final class ReadPool {
    /** Reads at the same time, of all pages; each takes some hundredths of a second. */
    private static final int THREADS = 16;

    /** Idle threads end after as many seconds. */
    private static final int IDLE_SECONDS = 60;

    private static final ExecutorService POOL = make();

    private ReadPool() {}

    static ExecutorService get() {
        return POOL;
    }

    private static ExecutorService make() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new NamingThreadFactory(
                        new ClassLoaderSanityThreadFactory(new DaemonThreadFactory()), ReadPool.class.getName()));
        threads.allowCoreThreadTimeOut(true);
        return new ImpersonatingExecutorService(threads, ACL.SYSTEM2);
    }
}
