package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/// The same service of several clusters, made one by the rules of KEP-1645: settings come whole from the oldest export,
/// ports are the union of all, and what the others wanted differently is told in a condition.
///
/// @param sources oldest first, each with exactly the ports it exposes; the first one's settings are in force
/// @param conflict the `Conflict` condition that every constituent ServiceExport gets
public record MergedService(ServiceName name, List<ServicePort> ports, List<Export> sources, Condition conflict) {
    /// How many ports an export or import may have; as many as the ServiceImport's definition takes.
    public static final int MOST_PORTS = 512;

    static final Comparator<Export> OLDEST_FIRST =
            Comparator.comparing(Export::createdAt).thenComparing(Export::cluster);

    public MergedService {
        ports = List.copyOf(ports);
        sources = List.copyOf(sources);
    }

    /// @param exports at least one, at most one per cluster, all of the same name
    public static MergedService merge(Collection<Export> exports) {
        var sources = exports.stream().sorted(OLDEST_FIRST).toList();
        var ports = union(sources);
        return new MergedService(sources.getFirst().name(), ports, sources, Conflicts.among(sources, ports));
    }

    public Export oldest() {
        return sources.getFirst();
    }

    public boolean hasConflict() {
        return conflict.status().equals("True");
    }

    /// A name or a (protocol, number) that an older export has taken is not given again.
    private static List<ServicePort> union(List<Export> oldestFirst) {
        var names = new HashSet<String>();
        var keys = new HashSet<PortKey>();
        var ports = new ArrayList<ServicePort>();
        oldestFirst.stream()
                .flatMap(export -> export.ports().stream())
                .map(ExportedPort::port)
                .forEach(port -> {
                    if (ports.size() < MOST_PORTS && !names.contains(port.name()) && !keys.contains(port.key())) {
                        names.add(port.name());
                        keys.add(port.key());
                        ports.add(port);
                    }
                });
        return ports;
    }
}
