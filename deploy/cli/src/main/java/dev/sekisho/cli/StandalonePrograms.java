package dev.sekisho.cli;

import dev.sekisho.controlplane.ControlPlane;
import dev.sekisho.controlplane.ControlPlaneSettings;
import dev.sekisho.controlplane.clusterset.ClusterSetPlan.Rules;
import dev.sekisho.controlplane.clusterset.ImportAddressing;
import dev.sekisho.controlplane.peers.PeerFiles;
import dev.sekisho.controlplane.peers.SyncSettings;
import dev.sekisho.controlplane.peers.SyncedPeers;
import dev.sekisho.controlplane.standalone.StandaloneCluster;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.gateway.Gateway;
import dev.sekisho.gateway.GatewaySettings;
import dev.sekisho.gateway.feed.FeedSettings;
import dev.sekisho.gateway.streams.StreamSettings;
import dev.sekisho.gateway.tunnel.TunnelSettings;
import dev.sekisho.gateway.tunnel.TunnelSettings.PoolSettings;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentities;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.identity.TrustBundles;
import dev.sekisho.identity.TrustDomain;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/// The two programs of a standalone cluster, made from its `cluster.yaml`.
final class StandalonePrograms {
    private static final InstantSource CLOCK = InstantSource.system();

    private StandalonePrograms() {}

    static Program controlPlane(StandaloneSettings settings, Vertx vertx) {
        var bundles = new TrustBundles(new TrustDomain(settings.cluster(), settings.clusterSet()));
        var identity = identity(settings, SpiffeId.Role.CONTROL_PLANE, bundles);
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var links = new SyncedPeers(
                vertx,
                SyncSettings.listeningOn(settings.listen().sync()),
                identity,
                new PeerFiles(state(settings).resolve("peers")),
                CLOCK,
                new SecureRandom(),
                registry);
        var rules = new Rules(
                settings.cluster(), settings.clusterSet(), new ImportAddressing.OwnPools(settings.importAddresses()));
        var listen = settings.listen();
        var controlPlane = ControlPlane.assemble(
                new ControlPlaneSettings(rules, listen.feed(), listen.controlPlaneAdmin()),
                vertx,
                CLOCK,
                new StandaloneCluster(settings, CLOCK),
                links,
                identity,
                bundles,
                registry);
        return new Program() {
            @Override
            public Future<Void> start() {
                return controlPlane.start().compose(_ -> controlPlane.lead());
            }

            @Override
            public Future<Void> stop() {
                return controlPlane.stop();
            }
        };
    }

    static Program gateway(StandaloneSettings settings, Vertx vertx) {
        var bundles = new TrustBundles(new TrustDomain(settings.cluster(), settings.clusterSet()));
        var identity = identity(settings, SpiffeId.Role.GATEWAY, bundles);
        var listen = settings.listen();
        var gateway = Gateway.assemble(
                new GatewaySettings(
                        tunnel(settings),
                        streams(settings),
                        FeedSettings.defaults(
                                listen.feed(),
                                settings.cluster().value(),
                                state(settings).resolve("gateway").resolve("routes.pb")),
                        listen.dns(),
                        listen.gatewayAdmin(),
                        GatewaySettings.DEFAULT_DRAIN),
                vertx,
                CLOCK,
                identity,
                bundles,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        return new Program() {
            @Override
            public Future<Void> start() {
                return gateway.start();
            }

            @Override
            public Future<Void> stop() {
                return gateway.stop();
            }
        };
    }

    private static TunnelSettings tunnel(StandaloneSettings settings) {
        var listen = settings.listen();
        var wished = settings.tunnel();
        var usual = PoolSettings.DEFAULTS;
        var loops = Runtime.getRuntime().availableProcessors();
        var pool = new PoolSettings(
                wished.lanesPerPeer()
                        .map(lanes -> Math.ceilDiv(lanes, loops)) // the pool counts per event loop
                        .orElse(usual.minIdle()),
                usual.max(),
                usual.maxDials(),
                usual.maxWaiting(),
                usual.waitTimeout(),
                wished.dialTimeout().orElse(usual.dialTimeout()),
                wished.idleAfter().orElse(usual.idleAfter()),
                usual.pingEvery(),
                usual.pingTimeout(),
                usual.backOff(),
                usual.maxBackOff());
        return TunnelSettings.defaults(listen.publicPort(), Optional.of(listen.sync()))
                .withPool(pool);
    }

    private static StreamSettings streams(StandaloneSettings settings) {
        var deny = switch (settings.deny()) {
            case RESET -> StreamSettings.DenyResponse.RESET;
            case DROP -> StreamSettings.DenyResponse.DROP;
        };
        var enforceOn = switch (settings.enforceOn()) {
            case CHANGE -> StreamSettings.EnforceOn.CHANGE;
            case CONNECTION -> StreamSettings.EnforceOn.CONNECTION;
        };
        return StreamSettings.DEFAULTS.withDeny(deny).withEnforceOn(enforceOn);
    }

    private static Path state(StandaloneSettings settings) {
        return settings.directory().resolve("state");
    }

    private static TlsIdentity identity(StandaloneSettings settings, SpiffeId.Role role, TrustBundles bundles) {
        var self = new SpiffeId(settings.cluster(), settings.clusterSet(), role);
        try {
            return TlsIdentities.fromDirectory(settings.identityDirectory(), self, CLOCK, bundles);
        } catch (IOException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }
}
