package dev.sekisho.cli;

import dev.sekisho.cli.cluster.FolderIdentity;
import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.controlplane.ControlPlane;
import dev.sekisho.controlplane.ControlPlaneSettings;
import dev.sekisho.controlplane.admin.AdminListen;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing;
import dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan.Rules;
import dev.sekisho.controlplane.peers.SyncSettings;
import dev.sekisho.controlplane.peers.SyncedPeers;
import dev.sekisho.controlplane.peers.records.PeerFiles;
import dev.sekisho.controlplane.standalone.StandaloneCluster;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.gateway.Gateway;
import dev.sekisho.gateway.GatewaySettings;
import dev.sekisho.gateway.admin.AdminPorts;
import dev.sekisho.gateway.feed.FeedSettings;
import dev.sekisho.identity.SpiffeId;
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
                settings.cluster(),
                settings.clusterSet(),
                new ImportAddressing.OwnPools(settings.importAddresses()),
                settings.labels(),
                settings.traffic().policyMode());
        var listen = settings.listen();
        var controlPlane = ControlPlane.assemble(
                new ControlPlaneSettings(
                        rules,
                        listen.feed(),
                        new AdminListen("listen.controlPlaneAdmin", listen.controlPlaneAdmin(), Optional.empty())),
                vertx,
                CLOCK,
                new StandaloneCluster(settings, CLOCK),
                links,
                identity,
                bundles,
                Optional::empty,
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
                        GatewayTuning.tunnel(settings.traffic(), listen.publicPort(), listen.sync()),
                        GatewayTuning.streams(settings.traffic()),
                        FeedSettings.defaults(
                                listen.feed(),
                                settings.cluster().value(),
                                state(settings).resolve("gateway").resolve("routes.pb")),
                        listen.dns(),
                        new AdminPorts("listen.gatewayAdmin", listen.gatewayAdmin(), Optional.empty()),
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

    private static Path state(StandaloneSettings settings) {
        return settings.directory().resolve("state");
    }

    private static TlsIdentity identity(StandaloneSettings settings, SpiffeId.Role role, TrustBundles bundles) {
        var identity = new FolderIdentity(settings);
        try {
            return identity.of(role, CLOCK, bundles);
        } catch (IOException e) {
            var help = identity.isMissing() ? "; make a CA with: " : "; what to do is told by: ";
            var command = identity.isMissing() ? "ca init" : "check";
            throw new UserError(Reasons.of(e) + help + Shell.sekisho(command, settings.directory()), e);
        }
    }
}
