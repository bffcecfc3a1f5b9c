package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.aws.CallMeter;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.pace.CallBudget;
import io.jenkins.plugins.amideploy.engine.pace.LookPlan;
import io.jenkins.plugins.amideploy.engine.pace.Watched;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Looks at all groups of one account and region for which somebody waits: each once for all of its waits, those that are due together with one call where AWS allows it,
 * and all of them within the account's budget. Holds no thread between looks. One for each account and region in {@link SharedLooks}; nothing is persisted, since after a
 * restart the waits come again.
 */
final class AccountLooks implements CallMeter.Listener {
    /** Looks at the same time: half of the threads, so that a slow AWS leaves the others to tools. */
    private static final int AT_ONCE = 4;

    /** Groups in one look: AWS would take 100 at once, but what is read of each afterwards shall not be seconds younger. */
    private static final int TOGETHER = 25;

    /** Part of the rate that is planned; the rest catches up when something comes late. */
    private static final double PLANNED = 0.9;

    /** What is due within this time is looked at together with what is due. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Seconds for which budget is gathered where it is short, so that several groups are looked at together: less than a burst ({@link CallBudget}). */
    private static final double GATHERED = 1.5;

    /** Between two looks at what is due, while nothing may begin. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);

    private final String account;
    private final InstantSource clock;
    private final DoubleSupplier limit;
    private final BiFunction<Runnable, Long, Future<?>> timer;
    private final Map<GroupWatch.Key, GroupWatch> watches = new LinkedHashMap<>();
    private final Strain strain = new Strain();
    private CallBudget budget;
    private LookPlan plan = LookPlan.of(List.of(), 1);
    private double reserved;
    private int running;
    private Future<?> next;

    /**
     * @param account and region, as messages name them
     * @param limit calls a second that are allowed, asked each time
     * @param timer runs something after milliseconds, on threads of which a look may take one; may yield null when the controller ends
     */
    AccountLooks(
            String account, InstantSource clock, DoubleSupplier limit, BiFunction<Runnable, Long, Future<?>> timer) {
        this.account = account;
        this.clock = clock;
        this.limit = limit;
        this.timer = timer;
        this.budget = CallBudget.begin(limit.getAsDouble(), clock.instant());
    }

    synchronized void join(GroupWatch.Key key, GroupReader reader, Watching wait) {
        watches.computeIfAbsent(key, absent -> new GroupWatch(key, reader)).join(wait);
        tick();
    }

    /** Unknown ones have left already. */
    synchronized void leave(GroupWatch.Key key, Watching wait) {
        GroupWatch watch = watches.get(key);
        if (watch != null && watch.leave(wait)) {
            watches.remove(key);
        }
    }

    /** How many waits there are. */
    synchronized int waits() {
        return watches.values().stream().mapToInt(one -> one.waits().size()).sum();
    }

    synchronized int waits(String group) {
        return watches.values().stream()
                .filter(one -> one.key().group().equals(group))
                .mapToInt(one -> one.waits().size())
                .sum();
    }

    synchronized boolean isEmpty() {
        return watches.isEmpty();
    }

    synchronized Optional<Look> newest(GroupWatch.Key key) {
        return Optional.ofNullable(watches.get(key)).map(GroupWatch::newest);
    }

    synchronized void proving(GroupWatch.Key key, Watching wait, Instant since) {
        Optional.ofNullable(watches.get(key)).ifPresent(watch -> watch.proving(wait, since));
    }

    synchronized void hurry(GroupWatch.Key key) {
        Optional.ofNullable(watches.get(key)).ifPresent(GroupWatch::hurry);
        tick();
    }

    @Override
    public void called() {
        if (ForWaits.isHere()) {
            charge();
        }
    }

    private synchronized void charge() {
        budget = budget.at(clock.instant()).charged(1);
        strain.called();
    }

    @Override
    public synchronized void throttled() {
        budget = budget.at(clock.instant()).throttled();
    }

    /** Begins what is due and allowed, and sees to it that the rest gets its turn. */
    private synchronized void tick() {
        Instant now = clock.instant();
        budget = budget.withLimit(limit.getAsDouble()).at(now);
        List<Watched> all = watches.values().stream().map(GroupWatch::watched).toList();
        plan = LookPlan.of(all, budget.rate() * PLANNED / strain.factor());
        while (running < AT_ONCE && budget.balance() > reserved + gathered()) {
            List<GroupWatch> batch = due(now);
            if (batch.isEmpty()) {
                break;
            }
            double calls =
                    batch.stream().mapToDouble(one -> one.watched().calls()).sum();
            batch.forEach(one -> one.begin(now));
            reserved += calls;
            running++;
            timer.apply(() -> look(batch, calls), 0L);
        }
        again(now);
    }

    /** Calls that are to be there before a look begins. */
    private double gathered() {
        return plan.interval().compareTo(LookPlan.BASE) > 0 ? budget.rate() * GATHERED : 0;
    }

    private void again(Instant now) {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
        Optional<Instant> due = watches.values().stream()
                .filter(one -> !one.isLooking())
                .map(one -> one.due(plan.pause(one.key())))
                .min(Comparator.naturalOrder());
        if (due.isPresent() && running < AT_ONCE) {
            Instant open = now.plus(budget.until(reserved + gathered()));
            Instant at = due.get().isAfter(open) ? due.get() : open;
            long millis = Math.max(
                    SHORTEST_PAUSE.toMillis(), Duration.between(now, at).toMillis());
            next = timer.apply(this::tick, millis);
        }
    }

    /** As many as there is budget for, of the same identity, in the order of their turn; empty: nothing is due. */
    private List<GroupWatch> due(Instant now) {
        List<GroupWatch> due = watches.values().stream()
                .filter(one -> !one.isLooking())
                .filter(one -> !one.due(plan.pause(one.key())).isAfter(now.plus(SOON)))
                .sorted(Comparator.comparing((GroupWatch one) -> !one.isUrgent())
                        .thenComparing(one -> !plan.isFirst(one.key()))
                        .thenComparing(one -> one.due(plan.pause(one.key()))))
                .toList();
        if (due.stream().allMatch(one -> one.due(plan.pause(one.key())).isAfter(now))) {
            return List.of();
        }
        List<GroupWatch> batch = new ArrayList<>();
        double left = budget.balance() - reserved;
        for (GroupWatch one : due) {
            boolean same = batch.isEmpty()
                    || batch.get(0).key().identity().equals(one.key().identity());
            if (same && batch.size() < TOGETHER && left > 0) {
                batch.add(one);
                left -= one.watched().calls();
            }
        }
        return batch;
    }

    private void look(List<GroupWatch> batch, double calls) {
        List<GroupWatch> open = new ArrayList<>(batch);
        try (ForWaits here = ForWaits.here()) {
            GroupReader reader = batch.get(0).reader();
            Instant begun = clock.instant();
            Map<String, Supplier<GroupSnapshot>> groups = heads(reader, batch);
            for (GroupWatch one : batch) {
                seen(one, look(begun, groups.get(one.key().group()), reader.evidence(), one));
                open.remove(one);
            }
        } finally {
            synchronized (this) {
                running--;
                reserved -= calls;
                strain.planned(calls);
                open.forEach(one -> one.end(null));
                tick();
            }
        }
    }

    /** What AWS does not tell of all of them is what each look ends in. */
    private static Map<String, Supplier<GroupSnapshot>> heads(GroupReader reader, List<GroupWatch> batch) {
        List<String> names = batch.stream().map(one -> one.key().group()).toList();
        try {
            return reader.readAll(names);
        } catch (RuntimeException failure) {
            Map<String, Supplier<GroupSnapshot>> none = new LinkedHashMap<>();
            names.forEach(name -> none.put(name, () -> {
                throw failure;
            }));
            return none;
        }
    }

    private Look look(Instant begun, Supplier<GroupSnapshot> group, EvidenceReader reader, GroupWatch one) {
        GroupSnapshot snapshot = null;
        RuntimeException failure = null;
        try {
            snapshot = group.get();
        } catch (RuntimeException refused) {
            failure = refused;
        }
        synchronized (this) {
            Duration pause = plan.pause(one.key());
            return new Look(begun, snapshot, failure, new SharedEvidence(reader), pause, slowed(pause));
        }
    }

    private void seen(GroupWatch one, Look look) {
        List<Watching> waits;
        synchronized (this) {
            one.end(look);
            waits = one.waits();
        }
        waits.forEach(Watching::wake);
    }

    private String slowed(Duration pause) {
        if (pause.compareTo(LookPlan.BASE) <= 0) {
            return "";
        }
        long rate = Math.max(1, Math.round(budget.rate()));
        return watches.size() + " groups of " + account + " share " + rate + (rate == 1 ? " call" : " calls")
                + " a second" + (budget.isSlowed() ? ", since AWS answers \"too fast\"" : "");
    }
}
