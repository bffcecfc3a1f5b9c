package io.jenkins.plugins.amideploy.jenkins.waits;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.credentials.SharedClients;
import io.jenkins.plugins.amideploy.jenkins.polling.PollPool;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The looks of the controller at groups, for all of its waits: {@link AccountLooks} for each account and region, since that is what AWS counts calls by. Where AWS does not
 * tell the account, each identity has a budget of its own. Nothing is persisted.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class SharedLooks {
    private final Map<Object, AccountLooks> accounts = new HashMap<>();
    private final LookTimes times = new LookTimes();

    /** The controller's. */
    public static SharedLooks get() {
        return ExtensionList.lookupSingleton(SharedLooks.class);
    }

    /**
     * Takes part in the looks at a group. Asks STS for the account, once for each identity.
     *
     * @param place region, and endpoint if it is not AWS's own
     * @param wake is run whenever there is a new look to take
     */
    Watching join(SharedClients.Lease lease, String place, String group, Runnable wake) {
        Object account = lease.account().<Object>map(id -> id + " in " + place).orElse(lease.key());
        String name = lease.account().map(id -> "account " + id + " in ").orElse("") + place;
        GroupWatch.Key key = new GroupWatch.Key(lease.key(), group);
        synchronized (this) {
            accounts.values().removeIf(AccountLooks::isEmpty);
            AccountLooks looks = accounts.computeIfAbsent(account, absent -> looks(name));
            lease.meter().tell(looks);
            Watching wait = new Watching(looks, key, lease.clients().groupWriter(), InstantSource.system(), wake);
            looks.join(key, lease.clients().groupReader(), wait);
            return wait;
        }
    }

    private static AccountLooks looks(String name) {
        return new AccountLooks(
                name,
                InstantSource.system(),
                () -> AmiDeployConfiguration.get().getCallsPerSecond(),
                PollPool::schedule);
    }

    /** How many waits take part. */
    public synchronized int waits() {
        return accounts.values().stream().mapToInt(AccountLooks::waits).sum();
    }

    /** How many wait for a group of this name, in whatever account. */
    synchronized int waits(String group) {
        return accounts.values().stream().mapToInt(looks -> looks.waits(group)).sum();
    }

    /** How late looks reach the waits. */
    public LookTimes times() {
        return times;
    }
}
