package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.tunnel.TunnelSettings;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.PortKey;
import io.vertx.core.dns.AddressResolverOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.InstantSource;
import java.util.Map;

/// Cluster `osaka`, where the pods shop/frontend and shop/stranger call `shop/db`, and cluster `tokyo`, which exports
/// it. Both gateways are real and in this process.
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
        osaka = new TestGateway(clusters, "osaka", plan.osaka, plan.osakaTunnel, plan.osakaStreams, plan.osakaNames);
        tokyo.tables.port(plan.port).peer(clusters, "osaka", osaka.address()).exports(backends);
        osaka.tables
                .port(plan.port)
                .peer(clusters, "tokyo", tokyo.address())
                .pod("shop", "frontend", Map.of("role", "frontend"), FRONTEND)
                .pod("shop", "stranger", Map.of("role", "stranger"), STRANGER)
                .imports("tokyo");
        tokyo.replaceRoutes();
        osaka.replaceRoutes();
    }

    /// What a test wants to be different.
    static final class Plan {
        private final TestClusters clusters;
        private TlsIdentity tokyo;
        private TlsIdentity osaka;
        private TunnelSettings tokyoTunnel = TestGateway.TUNNEL;
        private TunnelSettings osakaTunnel = TestGateway.TUNNEL;
        private StreamSettings tokyoStreams = StreamSettings.DEFAULTS;
        private StreamSettings osakaStreams = StreamSettings.DEFAULTS;
        private AddressResolverOptions osakaNames = new AddressResolverOptions();
        private PortKey port = Tables.REDIS;

        Plan() {
            this(InstantSource.system());
        }

        /// @param clock that certificates go by
        Plan(InstantSource clock) {
            clusters = TestClusters.linked(clock, "tokyo", "osaka", "nagoya");
            tokyo = clusters.gateway("tokyo");
            osaka = clusters.gateway("osaka");
        }

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

        /// @param server `host:port` of the DNS server that osaka asks
        Plan osakaNames(String server) {
            osakaNames = new AddressResolverOptions().addServer(server);
            return this;
        }

        Plan port(PortKey called) {
            port = called;
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

    /// Whether a pod that calls the import and says something is turned away with a reset.
    boolean isReset(String pod) throws IOException {
        try (var client = callFrom(pod)) {
            client.getOutputStream().write(1);
            var answer = client.getInputStream().read();
            throw new AssertionError("expected a reset, got " + answer);
        } catch (SocketException e) {
            return true; // as early as while connecting
        }
    }

    @Override
    public void close() {
        osaka.close();
        tokyo.close();
    }
}
