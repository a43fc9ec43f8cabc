package dev.sekisho.controlplane.clusterset.placement;

import com.google.common.hash.Hashing;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.PortRange;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Gives each port of each import a port of the gateway pods, no two the same number: it stays as long as it is
/// written, and a new one is the one that service and port hash to or the next free one, so that whoever allocates
/// anew comes to much the same.
public final class ListenPorts {
    private final PortRange range;

    ListenPorts(PortRange range) {
        this.range = range;
    }

    /// @param without the wanted ports for which there was no number left
    record Allocation(Map<PortKey, Integer> ports, List<PortKey> without) {
        Allocation {
            ports = Map.copyOf(ports);
            without = List.copyOf(without);
        }
    }

    /// @param written what stands in the cluster, wanted or not: as long as it does, calls may still be led there
    /// @param planned what was allocated and may not be written yet; where they differ, what is written counts
    Map<ServiceName, Allocation> allocate(
            Map<ServiceName, ? extends Collection<PortKey>> wanted,
            Map<ServiceName, Map<PortKey, Integer>> written,
            Map<ServiceName, Map<PortKey, Integer>> planned) {
        var taken = new BitSet(range.size());
        var kept = new HashMap<ServiceName, Map<PortKey, Integer>>();
        onePerNumber(written).forEach((name, ports) -> kept.put(name, keep(ports, Map.of(), taken)));
        var sorted = new TreeMap<>(wanted);
        sorted.forEach((name, ports) -> {
            var unwritten = new TreeMap<>(planned.getOrDefault(name, Map.of()));
            unwritten.keySet().retainAll(ports);
            kept.put(name, keep(unwritten, kept.getOrDefault(name, Map.of()), taken));
        });
        var allocations = new HashMap<ServiceName, Allocation>();
        sorted.forEach((name, ports) ->
                allocations.put(name, allocate(name, ports, kept.getOrDefault(name, Map.of()), taken)));
        return allocations;
    }

    /// Adds to `kept` what has no number there yet and one of its own here.
    private Map<PortKey, Integer> keep(Map<PortKey, Integer> ports, Map<PortKey, Integer> kept, BitSet taken) {
        var all = new HashMap<>(kept);
        ports.forEach((port, number) -> {
            var place = number - range.first();
            if (place >= 0 && place < range.size() && !taken.get(place) && all.putIfAbsent(port, number) == null) {
                taken.set(place);
            }
        });
        return all;
    }

    private Allocation allocate(ServiceName name, Collection<PortKey> ports, Map<PortKey, Integer> kept, BitSet taken) {
        var given = new HashMap<PortKey, Integer>();
        var without = new ArrayList<PortKey>();
        for (PortKey port : ports.stream().sorted().toList()) {
            var number = kept.get(port);
            if (number != null) {
                given.put(port, number);
            } else if (taken.cardinality() < range.size()) {
                var place = free(name, port, taken);
                taken.set(place);
                given.put(port, range.first() + place);
            } else {
                without.add(port);
            }
        }
        return new Allocation(given, without);
    }

    /// @param taken not all of the range
    private int free(ServiceName name, PortKey port, BitSet taken) {
        var hash = Hashing.farmHashFingerprint64()
                .hashString(name + " " + port, StandardCharsets.UTF_8)
                .asLong();
        var place = taken.nextClearBit((int) Long.remainderUnsigned(hash, range.size()));
        return place < range.size() ? place : taken.nextClearBit(0);
    }

    /// Without those that stand there a second time, which can only be a mistake: the first by name keeps its number.
    public static Map<ServiceName, Map<PortKey, Integer>> onePerNumber(
            Map<ServiceName, Map<PortKey, Integer>> written) {
        var numbers = new HashSet<Integer>();
        var rightful = new TreeMap<ServiceName, Map<PortKey, Integer>>();
        new TreeMap<>(written).forEach((name, ports) -> {
            var own = new TreeMap<PortKey, Integer>();
            new TreeMap<>(ports).forEach((port, number) -> {
                if (numbers.add(number)) {
                    own.put(port, number);
                }
            });
            rightful.put(name, own);
        });
        return rightful;
    }
}
