package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrustBundlesTest {
    private final TestClusters clusters = TestClusters.linked("tokyo", "osaka");
    private final CaBundle tokyo = clusters.cluster("tokyo").bundle();
    private final CaBundle osaka = clusters.cluster("osaka").bundle();
    private final TrustBundles bundles = new TrustBundles(tokyo.domain());

    @Test
    void nobody_is_believed_at_first() {
        assertThat(bundles.of(tokyo.domain())).isEmpty();
        assertThat(bundles.of(osaka.domain())).isEmpty();
    }

    @Test
    void own_and_peers_are_replaced_apart() {
        bundles.replacePeers(Map.of(new ClusterName("osaka"), osaka));
        bundles.replaceOwn(tokyo);

        assertThat(bundles.of(tokyo.domain())).contains(tokyo);
        assertThat(bundles.of(osaka.domain())).contains(osaka);
        bundles.replacePeers(Map.of());
        assertThat(bundles.of(tokyo.domain())).contains(tokyo);
        assertThat(bundles.of(osaka.domain())).isEmpty();
    }

    @Test
    void a_cluster_of_the_same_name_in_another_clusterset_is_a_stranger() {
        bundles.replacePeers(Map.of(new ClusterName("osaka"), osaka));

        assertThat(bundles.of(new TrustDomain(new ClusterName("osaka"), new ClusterSetName("other"))))
                .isEmpty();
    }

    @Test
    void a_bundle_must_be_of_the_peer_it_stands_for() {
        assertThatThrownBy(() -> bundles.replacePeers(Map.of(new ClusterName("nagoya"), osaka)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the CA bundle of peer nagoya must be of nagoya.demo, got one of osaka.demo");
        assertThatThrownBy(() -> bundles.replacePeers(Map.of(new ClusterName("tokyo"), tokyo)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cluster tokyo cannot be its own peer");
        assertThatThrownBy(() -> bundles.replaceOwn(osaka))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the own CA bundle must be of tokyo.demo, got one of osaka.demo");
    }
}
