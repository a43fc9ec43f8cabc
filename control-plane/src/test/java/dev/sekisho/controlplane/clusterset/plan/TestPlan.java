package dev.sekisho.controlplane.clusterset.plan;

import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.LocalTraffic;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.PortRange;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Plans with two usual pools of addresses. For the tests of the whole control plane.
public final class TestPlan {
    private TestPlan() {}

    public static Rules rules(String cluster) {
        return rules(cluster, List.of(Cidr.parse("127.66.1.0/24"), Cidr.parse("fd00:66::/112")));
    }

    public static Rules rules(String cluster, List<Cidr> pools) {
        return new Rules(new ClusterName(cluster), new ClusterSetName("demo"), new ImportAddressing.OwnPools(pools));
    }

    /// Of a cluster that gives imports their addresses and forwards them to gateway pods.
    static Rules forwarding(String cluster, LocalTraffic localTraffic) {
        return forwarding(cluster, new PortRange(20_000, 29_999), localTraffic);
    }

    static Rules forwarding(String cluster, PortRange listenPorts, LocalTraffic localTraffic) {
        return new Rules(
                new ClusterName(cluster),
                new ClusterSetName("demo"),
                new ImportAddressing.ClusterService(listenPorts, localTraffic));
    }

    static ClusterSetPlan of(Rules rules, TestView view, Optional<ClusterSetPlan> before, PeerExports... peers) {
        return ClusterSetPlan.of(
                rules,
                view.build(),
                Stream.of(peers).collect(Collectors.toMap(PeerExports::peer, Function.identity())),
                before);
    }

    static ClusterSetPlan of(String cluster, TestView view, Optional<ClusterSetPlan> before, PeerExports... peers) {
        return of(rules(cluster), view, before, peers);
    }
}
