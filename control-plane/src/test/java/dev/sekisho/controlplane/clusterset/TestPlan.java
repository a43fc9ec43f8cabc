package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.ClusterSetPlan.Rules;
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

    static ClusterSetPlan of(String cluster, TestView view, Optional<ClusterSetPlan> before, PeerExports... peers) {
        return ClusterSetPlan.of(
                rules(cluster),
                view.build(),
                Stream.of(peers).collect(Collectors.toMap(PeerExports::peer, Function.identity())),
                before);
    }
}
