package dev.sekisho.policy;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A label set that is held once however many pods carry it, with its hash at hand. Immutable; any thread.
///
/// Pods of a deployment have equal labels, and a verdict that is known already is found by them: comparing two sets is
/// comparing two references.
public final class Labels extends AbstractMap<String, String> {
    // Canonical instances only, so nobody can tell it is there; what no pod carries any more is collected.
    private static final Interner<Labels> HELD = Interners.newWeakInterner();

    private final Map<String, String> labels;
    private final int hash;

    private Labels(Map<String, String> labels) {
        this.labels = labels;
        this.hash = labels.hashCode();
    }

    public static Labels of(Map<String, String> labels) {
        return labels instanceof Labels held ? held : HELD.intern(new Labels(Map.copyOf(labels)));
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return labels.entrySet();
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
        return key == null ? null : labels.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key != null && labels.containsKey(key);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Labels held
                        ? hash == held.hash && labels.equals(held.labels)
                        : labels.equals(other));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
