package dev.sekisho.names;

import java.util.Comparator;

/// A pod of one cluster, or a host's workload that is described as one.
public record PodName(String namespace, String name) implements Comparable<PodName> {
    private static final Comparator<PodName> ORDER =
            Comparator.comparing(PodName::namespace).thenComparing(PodName::name);

    public PodName {
        DnsNames.requireLabel("namespace", namespace);
        DnsNames.requireSubdomain("pod name", name, 253);
    }

    /// @param key `namespace/name`, as [#toString] writes it
    public static PodName parse(String key) {
        var slash = key.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("pod must be given as namespace/name, got '" + key + "'");
        }
        return new PodName(key.substring(0, slash), key.substring(slash + 1));
    }

    @Override
    public int compareTo(PodName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
