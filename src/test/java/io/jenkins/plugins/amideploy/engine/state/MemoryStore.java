package io.jenkins.plugins.amideploy.engine.state;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A bucket in memory, for the tests of claims, records and teardowns. */
public final class MemoryStore implements ObjectStore {
    /** What is in it; a test may change it between two calls. Those under test write from several threads. */
    public final Map<String, Stored> objects = new ConcurrentSkipListMap<>();

    public boolean exists = true;

    /** Thrown by every call; null: none. */
    public AwsFailure down;

    /** Run once before the next listing, so that a test may come in between. */
    public Runnable beforeList = () -> {};

    /** Run once before the next write. */
    public Runnable beforeWrite = () -> {};

    private final AtomicInteger writes = new AtomicInteger();

    private void look() {
        if (down != null) {
            throw down;
        }
    }

    @Override
    public List<String> list(String prefix) {
        look();
        Runnable between = beforeList;
        beforeList = () -> {};
        between.run();
        return objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    @Override
    public List<String> directories(String directory) {
        look();
        return objects.keySet().stream()
                .filter(key -> key.startsWith(directory) && key.indexOf('/', directory.length()) > 0)
                .map(key -> key.substring(directory.length(), key.indexOf('/', directory.length())))
                .distinct()
                .toList();
    }

    @Override
    public Optional<Stored> read(String key) {
        look();
        return Optional.ofNullable(objects.get(key));
    }

    /** Somebody else comes first: before the condition of a write is looked at. */
    private void come() {
        Runnable between = beforeWrite;
        beforeWrite = () -> {};
        between.run();
    }

    @Override
    public void write(String key, String text) {
        look();
        come();
        put(key, text);
    }

    private void put(String key, String text) {
        if (!exists) {
            throw new AwsFailure(AwsFailure.Kind.NOT_FOUND, "s3:PutObject", "NoSuchBucket", "no bucket", null);
        }
        objects.put(key, new Stored(text, "version " + writes.incrementAndGet()));
    }

    @Override
    public boolean create(String key, String text) {
        look();
        come();
        if (objects.containsKey(key)) {
            return false;
        }
        put(key, text);
        return true;
    }

    @Override
    public boolean replace(String key, String text, String version) {
        look();
        come();
        if (!objects.containsKey(key) || !objects.get(key).version().equals(version)) {
            return false;
        }
        put(key, text);
        return true;
    }

    @Override
    public void delete(String key) {
        look();
        objects.remove(key);
    }

    @Override
    public boolean delete(String key, String version) {
        look();
        come();
        return objects.containsKey(key) && objects.get(key).version().equals(version) && objects.remove(key) != null;
    }
}
