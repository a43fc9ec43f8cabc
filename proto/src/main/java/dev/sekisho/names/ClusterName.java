package dev.sekisho.names;

/// A member of the clusterset: an RFC 1123 label, 1 to 63 characters, unique in the clusterset.
public record ClusterName(String value) implements Comparable<ClusterName> {
    public ClusterName {
        DnsNames.requireLabel("cluster name", value);
    }

    @Override
    public int compareTo(ClusterName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
