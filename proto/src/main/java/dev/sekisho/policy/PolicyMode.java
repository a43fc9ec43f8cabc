package dev.sekisho.policy;

/// What becomes of a flow that policy denies.
public enum PolicyMode {
    ENFORCE,
    /// It is let through, counted and logged: how people try policy out before they turn it on.
    AUDIT;

    /// @throws IllegalArgumentException when it is none that is known
    public static PolicyMode of(dev.sekisho.policy.v1.PolicyMode mode) {
        return switch (mode) {
            case POLICY_MODE_ENFORCE -> ENFORCE;
            case POLICY_MODE_AUDIT -> AUDIT;
            case POLICY_MODE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("policy mode must be ENFORCE or AUDIT, got " + mode);
        };
    }

    public dev.sekisho.policy.v1.PolicyMode toWire() {
        return switch (this) {
            case ENFORCE -> dev.sekisho.policy.v1.PolicyMode.POLICY_MODE_ENFORCE;
            case AUDIT -> dev.sekisho.policy.v1.PolicyMode.POLICY_MODE_AUDIT;
        };
    }
}
