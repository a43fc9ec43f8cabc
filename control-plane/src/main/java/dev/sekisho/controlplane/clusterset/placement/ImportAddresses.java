package dev.sekisho.controlplane.clusterset.placement;

import com.google.common.hash.Hashing;
import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Gives imports their clusterset addresses: an address stays for the life of its import, and a new import gets the one
/// its name hashes to or the next free one, so that the same services get the same addresses again on an empty disk.
public final class ImportAddresses {
    private final AddressPools pools;

    public ImportAddresses(List<Cidr> pools) {
        this.pools = new AddressPools(pools);
    }

    /// @param ipFamilies one per entry of `ips`, in that order
    /// @param exhausted the wanted families whose pools have no free address left
    public record Allocation(List<String> ipFamilies, List<InetAddress> ips, List<String> exhausted) {
        public Allocation {
            ipFamilies = List.copyOf(ipFamilies);
            ips = List.copyOf(ips);
            exhausted = List.copyOf(exhausted);
        }
    }

    /// @param wanted the families of each service, in its own order; one that no pool here has is served in those that
    ///     have one, because the gateway speaks either family on each side
    /// @param held the addresses that services have already, also of services that are not wanted now but must keep
    ///     theirs; an address outside the pools, or held twice, is not kept
    public Map<ServiceName, Allocation> allocate(
            Map<ServiceName, List<String>> wanted, Map<ServiceName, List<InetAddress>> held) {
        var taken = new HashSet<InetAddress>();
        var kept = new HashMap<ServiceName, Map<String, InetAddress>>();
        new TreeMap<>(held).forEach((name, ips) -> kept.put(name, keep(ips, taken)));
        var allocations = new HashMap<ServiceName, Allocation>();
        new TreeMap<>(wanted)
                .forEach((name, families) -> allocations.put(
                        name, allocate(name, offered(families), kept.getOrDefault(name, Map.of()), taken)));
        return allocations;
    }

    private Map<String, InetAddress> keep(List<InetAddress> ips, Set<InetAddress> taken) {
        var byFamily = new HashMap<String, InetAddress>();
        for (InetAddress ip : ips) {
            if (pools.contains(ip) && !byFamily.containsKey(Addresses.family(ip)) && taken.add(ip)) {
                byFamily.put(Addresses.family(ip), ip);
            }
        }
        return byFamily;
    }

    private List<String> offered(List<String> wanted) {
        var offered = wanted.stream()
                .distinct()
                .filter(family -> pools.families().contains(family))
                .toList();
        return offered.isEmpty() ? pools.families() : offered;
    }

    private Allocation allocate(
            ServiceName name, List<String> families, Map<String, InetAddress> kept, Set<InetAddress> taken) {
        var served = new ArrayList<String>();
        var ips = new ArrayList<InetAddress>();
        var exhausted = new ArrayList<String>();
        for (String family : families) {
            var ip = kept.get(family);
            if (ip == null) {
                ip = pools.free(family, hash(name), taken::contains, taken.size())
                        .orElse(null);
            }
            if (ip == null) {
                exhausted.add(family);
            } else {
                taken.add(ip);
                served.add(family);
                ips.add(ip);
            }
        }
        return new Allocation(served, ips, exhausted);
    }

    private static long hash(ServiceName name) {
        return Hashing.farmHashFingerprint64()
                .hashString(name.toString(), StandardCharsets.UTF_8)
                .asLong();
    }
}
