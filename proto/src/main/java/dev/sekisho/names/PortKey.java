package dev.sekisho.names;

import java.util.Comparator;

/// A port number of one protocol: `6379/TCP`.
public record PortKey(Transport transport, int number) implements Comparable<PortKey> {
    private static final Comparator<PortKey> ORDER =
            Comparator.comparingInt(PortKey::number).thenComparing(PortKey::transport);

    public PortKey {
        Ports.require("port", number);
    }

    @Override
    public int compareTo(PortKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return number + "/" + transport;
    }
}
