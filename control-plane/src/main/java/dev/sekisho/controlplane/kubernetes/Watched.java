package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.kinds.EndpointSlices;
import dev.sekisho.controlplane.kinds.FieldProblem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All objects of one kind as its informer saw them last: what is kept of each is read once, when the object changes,
/// and an object itself only stays where we write to it. The informer writes from its own thread; any thread may read.
final class Watched<T extends HasMetadata, V> implements ItemStore<T> {
    private static final Logger log = LoggerFactory.getLogger(Watched.class);

    private final WatchedKind<T, V> kind;
    private final Runnable bell;
    private final Map<String, Seen<T, V>> all = new ConcurrentSkipListMap<>();
    /// The versions that the API server gave to our own writes, until they are seen.
    private final Map<String, String> ownVersions = new ConcurrentHashMap<>();

    private final AtomicBoolean valuesChanged = new AtomicBoolean();
    private final AtomicBoolean objectsChanged = new AtomicBoolean();
    private volatile boolean synced;
    private volatile String problem = "has not been read yet";
    private volatile boolean failing;

    /// @param object without what nobody reads of it; only of custom resources and of what is ours
    /// @param passedOver when not all of it is taken in
    private record Seen<T, V>(Optional<V> value, Optional<T> object, Optional<PassedOver> passedOver) {}

    /// @param bell rung after something changed; must not block
    Watched(WatchedKind<T, V> kind, Runnable bell) {
        this.kind = kind;
        this.bell = bell;
    }

    WatchedKind<T, V> kind() {
        return kind;
    }

    /// What is kept of the objects, in the order of their names.
    Stream<V> kept() {
        return all.values().stream().flatMap(seen -> seen.value().stream());
    }

    /// Those that we write to.
    Stream<T> objects() {
        return all.values().stream().flatMap(seen -> seen.object().stream());
    }

    /// Those that are not taken in, or not wholly.
    Stream<PassedOver> passedOver() {
        return all.values().stream().flatMap(seen -> seen.passedOver().stream());
    }

    Optional<T> object(String key) {
        return Optional.ofNullable(all.get(key)).flatMap(Seen::object);
    }

    /// Whether what is kept has changed since this was last asked.
    boolean takeValuesChanged() {
        return valuesChanged.getAndSet(false);
    }

    /// Whether an object that we write to, or what is passed over, has changed since this was last asked, but for our
    /// own [#wrote].
    boolean takeObjectsChanged() {
        return objectsChanged.getAndSet(false);
    }

    /// @param answer of the API server to a write of ours: when just that comes to be seen, it counts as no change
    void wrote(HasMetadata answer) {
        var key = Cache.metaNamespaceKeyFunc(answer);
        var version = answer.getMetadata().getResourceVersion();
        if (!version(Optional.ofNullable(all.get(key))).equals(Optional.of(version))) {
            ownVersions.put(key, version);
        }
    }

    /// What is missing until all objects have been read once, in words for an operator.
    Optional<String> waitingFor() {
        return synced ? Optional.empty() : Optional.of(kind.plural() + ": " + problem);
    }

    boolean isSynced() {
        return synced;
    }

    /// All objects have been read; what is gone is removed. Whether they can be watched, too, comes out after this.
    void listed() {
        ownVersions.clear();
        synced = true;
        bell.run();
    }

    /// The cluster does not have the kind, which it may do without; it is asked again, in case somebody brings it.
    void missing() {
        if (!synced) {
            log.atInfo()
                    .addKeyValue("kind", kind.plural())
                    .log("The cluster does not have this kind, so there are none");
            synced = true;
            bell.run();
        }
    }

    /// Changes are told as they happen; called as often as one likes.
    void watching() {
        if (failing) {
            failing = false;
            log.atInfo().addKeyValue("kind", kind.plural()).log("Objects of this kind can be watched again");
        }
    }

    /// It could not be read or watched; what was seen before stays (invariant 1).
    void failed(String reason) {
        if (!failing || !reason.equals(problem)) {
            failing = true;
            problem = reason;
            log.atWarn()
                    .addKeyValue("kind", kind.plural())
                    .addKeyValue("reason", reason)
                    .log("Objects of this kind cannot be watched; it is tried again, and what was seen before stays");
        }
    }

    @Override
    public @Nullable T put(String key, T object) {
        var before = Optional.ofNullable(all.get(key));
        var now = see(key, object, before);
        all.put(key, now);
        var isOwn = version(Optional.of(now))
                .filter(version -> ownVersions.remove(key, version))
                .isPresent();
        tell(before, Optional.of(now), isOwn);
        return before.isPresent() ? blank(key) : null;
    }

    @Override
    public @Nullable T remove(String key) {
        var before = Optional.ofNullable(all.remove(key));
        ownVersions.remove(key);
        tell(before, Optional.empty(), false);
        return before.isPresent() ? blank(key) : null;
    }

    private Seen<T, V> see(String key, T object, Optional<Seen<T, V>> before) {
        Optional<V> value;
        Optional<String> passedOver;
        try {
            MisfitObjects.objection(object).ifPresent(why -> {
                throw new IllegalArgumentException(why);
            });
            kind.problems().apply(object).stream().findFirst().ifPresent(first -> {
                throw new IllegalArgumentException(shown(first));
            });
            value = kind.read().apply(object);
            passedOver = kind.leftOut().apply(object).stream()
                    .findFirst()
                    .map(first -> "Sekisho uses the object without a part of it: " + shown(first));
        } catch (RuntimeException e) {
            value = kind.unreadable().apply(object);
            passedOver = Optional.of((value.isPresent()
                            ? "Sekisho cannot read the policy, so it allows nothing: "
                            : "Sekisho cannot read the object, so it is passed over: ")
                    + (e.getMessage() == null ? e : e.getMessage()));
        }
        if (before.flatMap(Seen::passedOver).isEmpty()) {
            passedOver.ifPresent(what -> log.atWarn()
                    .addKeyValue("kind", kind.plural())
                    .addKeyValue("object", key)
                    .addKeyValue("reason", what)
                    .log("An object cannot be read, or not wholly"));
        }
        // Whoever compares views may go by identity.
        var same = before.map(Seen::value).filter(value::equals);
        return new Seen<>(
                same.orElse(value),
                kind.written().apply(object),
                passedOver.map(what -> new PassedOver(named(object), what)));
    }

    private static String shown(FieldProblem problem) {
        return problem.field() + ": " + problem.reason();
    }

    /// Only who it is.
    private T named(T object) {
        var metadata = object.getMetadata();
        var named = blank();
        named.setMetadata(new ObjectMetaBuilder()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .build());
        Optional.ofNullable(OwnObjects.labels(metadata).get(EndpointSlices.SERVICE_LABEL))
                .ifPresent(service -> named.getMetadata().setLabels(Map.of(EndpointSlices.SERVICE_LABEL, service)));
        return named;
    }

    private void tell(Optional<Seen<T, V>> before, Optional<Seen<T, V>> now, boolean isOwn) {
        var valuesDiffer = !before.flatMap(Seen::value).equals(now.flatMap(Seen::value));
        var objectsDiffer = (!isOwn && !version(before).equals(version(now)))
                || !what(before).equals(what(now));
        if (valuesDiffer) {
            valuesChanged.set(true);
        }
        if (objectsDiffer) {
            objectsChanged.set(true);
        }
        if (valuesDiffer || objectsDiffer) {
            bell.run();
        }
    }

    private Optional<String> what(Optional<Seen<T, V>> seen) {
        return seen.flatMap(Seen::passedOver).map(PassedOver::what);
    }

    private Optional<String> version(Optional<Seen<T, V>> seen) {
        return seen.flatMap(Seen::object).map(object -> object.getMetadata().getResourceVersion());
    }

    // An informer only asks a store for whose object it was.
    private T blank(String key) {
        var slash = key.indexOf('/');
        var metadata = new ObjectMeta();
        metadata.setName(key.substring(slash + 1));
        if (slash >= 0) {
            metadata.setNamespace(key.substring(0, slash));
        }
        var blank = blank();
        blank.setMetadata(metadata);
        return blank;
    }

    private T blank() {
        return kind.blank().get();
    }

    @Override
    public @Nullable T get(String key) {
        return all.containsKey(key) ? blank(key) : null;
    }

    @Override
    public Stream<String> keySet() {
        return all.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return keySet().map(this::blank);
    }

    @Override
    public int size() {
        return all.size();
    }

    @Override
    public String getKey(T object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
