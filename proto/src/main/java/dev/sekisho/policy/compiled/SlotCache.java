package dev.sekisho.policy.compiled;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Remembers what was computed for a key, in a fixed number of slots: of two keys that share one, the later is kept.
/// Any thread, without locks; two threads may compute the same at once.
final class SlotCache<K, V> {
    private final AtomicReferenceArray<@Nullable Held<K, V>> slots;

    private record Held<K, V>(K key, V value) {}

    /// @param slotCount a power of two
    SlotCache(int slotCount) {
        if (Integer.bitCount(slotCount) != 1) {
            throw new IllegalArgumentException("slotCount must be a power of two, got " + slotCount);
        }
        slots = new AtomicReferenceArray<>(slotCount);
    }

    int slotCount() {
        return slots.length();
    }

    /// @param compute a pure function of the key
    V get(K key, Function<K, V> compute) {
        var hash = key.hashCode() * 0x9E3779B9;
        var slot = (hash ^ hash >>> 16) & (slots.length() - 1);
        var held = slots.get(slot);
        if (held != null && held.key.equals(key)) {
            return held.value;
        }
        var value = compute.apply(key);
        slots.set(slot, new Held<>(key, value));
        return value;
    }
}
