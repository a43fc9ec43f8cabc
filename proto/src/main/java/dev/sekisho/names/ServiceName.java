package dev.sekisho.names;

import java.util.Comparator;

/// A service of the clusterset: the same namespace and name mean the same service in every cluster (KEP-1645).
public record ServiceName(String namespace, String name) implements Comparable<ServiceName> {
    private static final Comparator<ServiceName> ORDER =
            Comparator.comparing(ServiceName::namespace).thenComparing(ServiceName::name);

    public ServiceName {
        DnsNames.requireLabel("namespace", namespace);
        DnsNames.requireLabel("service name", name);
    }

    /// @param key `namespace/name`, as [#toString] writes it
    public static ServiceName parse(String key) {
        var slash = key.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("service must be given as namespace/name, got '" + key + "'");
        }
        return new ServiceName(key.substring(0, slash), key.substring(slash + 1));
    }

    @Override
    public int compareTo(ServiceName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
