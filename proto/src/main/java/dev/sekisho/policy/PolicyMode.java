package dev.sekisho.policy;

/// What becomes of a flow that policy denies.
public enum PolicyMode {
    ENFORCE,
    /// It is let through, counted and logged: how people try policy out before they turn it on.
    AUDIT
}
