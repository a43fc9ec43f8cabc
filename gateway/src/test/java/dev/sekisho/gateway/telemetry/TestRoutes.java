package dev.sekisho.gateway.telemetry;

import static java.util.stream.Collectors.toMap;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Route tables of a cluster `osaka` that has names in them and nothing else.
public final class TestRoutes {
    private static final ClusterName OSAKA = new ClusterName("osaka");

    private TestRoutes() {}

    /// @param services all imported
    static RouteTable importing(long version, String... services) {
        return table(version, Arrays.asList(services), Map.of());
    }

    static RouteTable linkedWith(long version, String... peers) {
        return table(version, List.of(), Stream.of(peers).collect(toMap(ClusterName::new, _ -> "")));
    }

    /// @param bundles PEM by peer
    public static RouteTable linkedWith(long version, Map<ClusterName, String> bundles) {
        return table(version, List.of(), bundles);
    }

    private static RouteTable table(long version, List<String> services, Map<ClusterName, String> bundles) {
        return new RouteTable(
                version,
                OSAKA,
                new ClusterSetName("demo"),
                services.stream().map(ServiceName::parse).collect(toMap(name -> name, TestRoutes::service)),
                Map.of(),
                bundles.entrySet().stream().collect(toMap(Map.Entry::getKey, TestRoutes::peer)),
                Map.of(),
                Map.of(),
                new PolicySet(OSAKA, List.of()));
    }

    private static RouteTable.Import service(ServiceName name) {
        return new RouteTable.Import(
                name, false, RouteTable.SessionAffinity.NONE, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    private static RouteTable.Peer peer(Map.Entry<ClusterName, String> bundle) {
        return new RouteTable.Peer(bundle.getKey(), Optional.empty(), bundle.getValue());
    }
}
