package dev.sekisho.controlplane.cases;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.cases.CaseStep.CasePod;
import dev.sekisho.controlplane.cases.ReachabilityCase.Asked;
import dev.sekisho.controlplane.cases.ReachabilityCase.Part;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// A complete list of the connections that are allowed, by port range, between pods and ranges of outside addresses
/// (`A-B[External]`). Whatever is not listed is denied. It is checked at the edges of every range, where a mistake
/// would show.
final class Connections {
    private static final String OUTSIDE = "[External]";

    private final CaseStep world;
    private final Map<String, Map<String, JsonNode>> allowed = new HashMap<>();
    private final Map<String, List<CasePod>> clients = new LinkedHashMap<>();
    private final Map<String, List<CasePod>> servers = new LinkedHashMap<>();
    private final Set<Integer> ports = new TreeSet<>(Set.of(1, 65535));

    Connections(CaseStep world, JsonNode listed) {
        this.world = world;
        world.pods().forEach(pod -> {
            clients.put(pod.key(), List.of(pod));
            servers.put(pod.key(), List.of(pod));
        });
        for (var connection : listed) {
            var from = connection.path("src").asString("");
            var to = connection.path("dst").asString("");
            clients.computeIfAbsent(from, Connections::edges);
            servers.computeIfAbsent(to, Connections::edges);
            allowed.computeIfAbsent(from, _ -> new HashMap<>()).put(to, connection.path("allowed"));
            connection.path("allowed").forEach(ranges -> ranges.forEach(this::notePorts));
        }
    }

    private void notePorts(JsonNode range) {
        var first = range.path(0).asInt(0);
        var last = range.path(1).asInt(0);
        for (var port : List.of(first - 1, first, last, last + 1)) {
            if (port >= 1 && port <= 65535) {
                ports.add(port);
            }
        }
    }

    void check(Asked asked) {
        clients.forEach((from, fromEnds) -> servers.forEach((to, toEnds) -> {
            if (from.equals(to)
                    || (!world.keys().containsKey(from) && !world.keys().containsKey(to))) {
                return;
            }
            var listed = Optional.ofNullable(allowed.get(from)).flatMap(by -> Optional.ofNullable(by.get(to)));
            for (var transport : Transport.values()) {
                for (var port : ports) {
                    var expected = listed.filter(ranges -> holds(ranges.path(transport.name()), port))
                            .isPresent();
                    for (var client : fromEnds) {
                        for (var server : toEnds) {
                            asked.check(Part.COMBINED, client, server, transport, port, expected);
                        }
                    }
                }
            }
        }));
    }

    private static boolean holds(JsonNode ranges, int port) {
        return ranges.valueStream()
                .anyMatch(range ->
                        range.path(0).asInt(0) <= port && port <= range.path(1).asInt(0));
    }

    /// The first and the last address of a range.
    private static List<CasePod> edges(String range) {
        var ends = new ArrayList<CasePod>();
        for (var address : range.replace(OUTSIDE, "").split("-", 2)) {
            ends.add(outside(address));
        }
        return ends;
    }

    /// @throws IllegalArgumentException when it is no address
    static CasePod outside(String address) {
        return new CasePod(address, new Endpoint.Address(InetAddresses.forString(address)));
    }
}
