package dev.sekisho.policy;

import static java.util.Comparator.comparing;

import java.util.Comparator;

/// Which policy object of the cluster whose [dev.sekisho.policy.compiled.PolicySet] it is in.
///
/// @param namespace empty for a kind that has none
public record PolicyName(PolicyKind kind, String namespace, String name) implements Comparable<PolicyName> {
    private static final Comparator<PolicyName> ORDER =
            comparing(PolicyName::namespace).thenComparing(PolicyName::name).thenComparing(PolicyName::kind);

    /// Of a NetworkPolicy.
    public PolicyName(String namespace, String name) {
        this(PolicyKind.NETWORK_POLICY, namespace, name);
    }

    /// `shop/db`, or the name alone of a kind that has no namespaces.
    public String path() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    @Override
    public int compareTo(PolicyName other) {
        return ORDER.compare(this, other);
    }

    /// `shop/db` for a NetworkPolicy, the others with their kind before it.
    @Override
    public String toString() {
        return kind == PolicyKind.NETWORK_POLICY ? path() : kind + " " + path();
    }
}
