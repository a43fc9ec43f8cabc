package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.identity.SpiffeId.Role;
import dev.sekisho.names.ClusterName;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandshakeTest {
    private final TestClusters clusters = TestClusters.linked("tokyo", "osaka");

    @ParameterizedTest
    @EnumSource
    void linked_clusters_know_each_other(Engines engines) throws Exception {
        var outcome = engines.handshake(clusters.gateway("osaka"), clusters.gateway("tokyo"));

        assertThat(PeerIdentity.require(outcome.client(), Role.GATEWAY, Optional.of(new ClusterName("tokyo"))))
                .hasToString("spiffe://tokyo.demo/gateway");
        assertThat(PeerIdentity.require(outcome.server(), Role.GATEWAY, Optional.of(new ClusterName("osaka"))))
                .hasToString("spiffe://osaka.demo/gateway");
        assertThat(outcome.server().getProtocol()).isEqualTo("TLSv1.3");
    }
}
