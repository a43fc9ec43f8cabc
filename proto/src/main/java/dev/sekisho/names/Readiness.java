package dev.sekisho.names;

/// Whether calls go to an endpoint, or to any endpoint of a cluster (KEP-1669).
public enum Readiness {
    READY,
    /// It is on its way out and still serves: the last resort, as long as nothing anywhere is ready.
    TERMINATING,
    NOT_READY;

    /// @param terminating whether it terminates and still serves; does not count for one that is ready
    public static Readiness of(boolean ready, boolean terminating) {
        if (ready) {
            return READY;
        }
        return terminating ? TERMINATING : NOT_READY;
    }

    /// The one that promises more.
    public Readiness or(Readiness other) {
        return compareTo(other) <= 0 ? this : other;
    }

    public boolean isReady() {
        return this == READY;
    }
}
