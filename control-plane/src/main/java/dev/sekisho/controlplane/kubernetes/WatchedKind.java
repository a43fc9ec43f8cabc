package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.kinds.FieldProblem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// How the objects of one kind are read: a plain function each.
///
/// @param <T> the kind, as the API server tells it
/// @param <V> what is kept of an object
/// @param plural for operators: `pods`
/// @param blank an object without anything
/// @param problems what is wrong with an object; only one without is read
/// @param read what is kept of it; empty when the object is none of those that we look at
/// @param unreadable what stands for one that has problems; empty when it is passed over
/// @param leftOut parts that are passed over of an object that is read
/// @param written what of an object whoever writes to it must know; empty when we do not
/// @param within which objects of the kind are watched
/// @param optional whether a cluster may do without the kind: then there are none
record WatchedKind<T extends HasMetadata, V>(
        String plural,
        Class<T> type,
        Supplier<T> blank,
        Function<T, List<FieldProblem>> problems,
        Function<T, Optional<V>> read,
        Function<T, Optional<V>> unreadable,
        Function<T, List<FieldProblem>> leftOut,
        Function<T, Optional<T>> written,
        Within within,
        boolean optional) {
    enum Within {
        CLUSTER,
        OUR_GATEWAYS
    }

    /// One whose unreadable objects are passed over, and of which we write only what is ours by its label.
    WatchedKind(
            String plural,
            Class<T> type,
            Supplier<T> blank,
            Function<T, List<FieldProblem>> problems,
            Function<T, Optional<V>> read) {
        this(
                plural,
                type,
                blank,
                problems,
                read,
                _ -> Optional.empty(),
                _ -> List.of(),
                object -> trimmed(object, blank),
                Within.CLUSTER,
                false);
    }

    WatchedKind<T, V> leavingOut(Function<T, List<FieldProblem>> leftOut) {
        return new WatchedKind<>(plural, type, blank, problems, read, unreadable, leftOut, written, within, optional);
    }

    /// An object that cannot be read still counts, as what is made of it here.
    WatchedKind<T, V> standingIn(Function<T, Optional<V>> unreadable) {
        return new WatchedKind<>(plural, type, blank, problems, read, unreadable, leftOut, written, within, optional);
    }

    /// Of our objects `more` is known to whoever writes them, beside who they are and their labels.
    ///
    /// @param more copies it from an object to the one that is kept
    WatchedKind<T, V> writtenWith(BiConsumer<T, T> more) {
        return writing(object -> {
            var kept = trimmed(object, blank);
            kept.ifPresent(trimmed -> more.accept(object, trimmed));
            return kept;
        });
    }

    /// We write the status of each, whoever wrote the object.
    WatchedKind<T, V> withStatusOfOurs() {
        return writing(object -> Optional.of(withoutBallast(object)));
    }

    WatchedKind<T, V> neverWritten() {
        return writing(_ -> Optional.empty());
    }

    private WatchedKind<T, V> writing(Function<T, Optional<T>> written) {
        return new WatchedKind<>(plural, type, blank, problems, read, unreadable, leftOut, written, within, optional);
    }

    WatchedKind<T, V> ofOurGateways() {
        return new WatchedKind<>(
                plural, type, blank, problems, read, unreadable, leftOut, written, Within.OUR_GATEWAYS, optional);
    }

    /// A cluster may do without the kind.
    WatchedKind<T, V> ifThere() {
        return new WatchedKind<>(plural, type, blank, problems, read, unreadable, leftOut, written, within, true);
    }

    private static <T extends HasMetadata> Optional<T> trimmed(T object, Supplier<T> blank) {
        if (!OwnObjects.isOurs(object.getMetadata())) {
            return Optional.empty();
        }
        var trimmed = blank.get();
        trimmed.setMetadata(withoutBallast(object).getMetadata());
        return Optional.of(trimmed);
    }

    private static <T extends HasMetadata> T withoutBallast(T object) {
        object.getMetadata().setManagedFields(List.of());
        object.getMetadata().setAnnotations(Map.of());
        return object;
    }
}
