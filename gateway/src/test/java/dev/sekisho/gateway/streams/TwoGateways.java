package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.tunnel.TunnelSettings;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.identity.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;

/// Cluster `osaka`, where the pods shop/frontend and shop/stranger call `shop/db`, and cluster `tokyo`, which exports
/// it.
/// Both gateways are real and in this process.
final class TwoGateways implements AutoCloseable {
    static final String FRONTEND = "127.0.0.11";
    static final String STRANGER = "127.0.0.12";
    static final String UNKNOWN = "127.0.0.99";

    final TestClusters clusters;
    final TestGateway osaka;
    final TestGateway tokyo;

    private TwoGateways(Plan plan, InetSocketAddress... backends) {
        clusters = plan.clusters;
        tokyo = new TestGateway(clusters, "tokyo", plan.tokyo, plan.tokyoTunnel, plan.tokyoStreams);
        osaka = new TestGateway(clusters, "osaka", plan.osaka, plan.osakaTunnel, plan.osakaStreams);
        tokyo.tables.peer(clusters, "osaka", osaka.address()).exports(backends);
        osaka.tables
                .peer(clusters, "tokyo", tokyo.address())
                .pod("shop", "frontend", Map.of("role", "frontend"), FRONTEND)
                .pod("shop", "stranger", Map.of("role", "stranger"), STRANGER)
                .imports("tokyo");
        tokyo.replaceRoutes();
        osaka.replaceRoutes();
    }

    /// What a test wants to be different.
    static final class Plan {
        private final TestClusters clusters = TestClusters.linked("tokyo", "osaka");
        private TlsIdentity tokyo = clusters.gateway("tokyo");
        private TlsIdentity osaka = clusters.gateway("osaka");
        private TunnelSettings tokyoTunnel = TestGateway.TUNNEL;
        private TunnelSettings osakaTunnel = TestGateway.TUNNEL;
        private StreamSettings tokyoStreams = StreamSettings.DEFAULTS;
        private StreamSettings osakaStreams = StreamSettings.DEFAULTS;

        TestClusters clusters() {
            return clusters;
        }

        Plan tokyoIs(TlsIdentity identity) {
            tokyo = identity;
            return this;
        }

        Plan osakaIs(TlsIdentity identity) {
            osaka = identity;
            return this;
        }

        Plan tunnel(TunnelSettings both) {
            tokyoTunnel = both;
            osakaTunnel = both;
            return this;
        }

        Plan osakaTunnel(TunnelSettings settings) {
            osakaTunnel = settings;
            return this;
        }

        Plan tokyoTunnel(TunnelSettings settings) {
            tokyoTunnel = settings;
            return this;
        }

        Plan tokyoStreams(StreamSettings settings) {
            tokyoStreams = settings;
            return this;
        }

        Plan osakaStreams(StreamSettings settings) {
            osakaStreams = settings;
            return this;
        }

        TwoGateways with(InetSocketAddress... backends) {
            return new TwoGateways(this, backends);
        }
    }

    static TwoGateways with(InetSocketAddress... backends) {
        return new Plan().with(backends);
    }

    /// A connection of the frontend pod to the import.
    Socket call() throws IOException {
        return callFrom(FRONTEND);
    }

    Socket callFrom(String pod) throws IOException {
        return Loopback.connect(pod, osaka.importAddress());
    }

    @Override
    public void close() {
        osaka.close();
        tokyo.close();
    }
}
