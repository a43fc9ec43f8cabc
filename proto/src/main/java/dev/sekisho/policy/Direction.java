package dev.sekisho.policy;

/// Which side's rules: [#EGRESS] judges the caller's own policies, [#INGRESS] the callee's.
public enum Direction {
    INGRESS,
    EGRESS
}
