package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class PeerMetersTest {
    @Test
    void invariant_5_a_dial_that_ends_after_its_peer_was_expelled_leaves_no_meter() {
        var registry = new SimpleMeterRegistry();
        var meters = new PeerMeters(registry, new ClusterName("osaka"), InstantSource.system());
        meters.dialled("failed");
        meters.close();

        meters.dialled("failed");

        assertThat(registry.getMeters()).isEmpty();
    }
}
