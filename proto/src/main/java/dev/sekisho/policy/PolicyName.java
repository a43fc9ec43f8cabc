package dev.sekisho.policy;

/// Namespace and name of a NetworkPolicy of the cluster whose [PolicySet] it is in.
public record PolicyName(String namespace, String name) implements Comparable<PolicyName> {
    @Override
    public int compareTo(PolicyName other) {
        var byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
