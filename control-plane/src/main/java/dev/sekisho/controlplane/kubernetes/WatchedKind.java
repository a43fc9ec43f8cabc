package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.kinds.FieldProblem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
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
/// @param optional whether a cluster may do without the kind: then there are none
record WatchedKind<T extends HasMetadata, V>(
        String plural,
        Class<T> type,
        Supplier<T> blank,
        Function<T, List<FieldProblem>> problems,
        Function<T, Optional<V>> read,
        Function<T, Optional<V>> unreadable,
        Function<T, List<FieldProblem>> leftOut,
        boolean optional) {
    /// One whose unreadable objects are passed over.
    WatchedKind(
            String plural,
            Class<T> type,
            Supplier<T> blank,
            Function<T, List<FieldProblem>> problems,
            Function<T, Optional<V>> read) {
        this(plural, type, blank, problems, read, _ -> Optional.empty(), _ -> List.of(), false);
    }

    WatchedKind<T, V> leavingOut(Function<T, List<FieldProblem>> leftOut) {
        return new WatchedKind<>(plural, type, blank, problems, read, unreadable, leftOut, optional);
    }
}
