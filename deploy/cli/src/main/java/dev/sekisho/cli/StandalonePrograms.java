package dev.sekisho.cli;

import dev.sekisho.cli.cluster.FolderIdentity;
import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.controlplane.ControlPlane;
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
import java.time.InstantSource;
import java.util.Optional;

/// The two programs of a standalone cluster, made from its `cluster.yaml`.
final class StandalonePrograms {
    private static final InstantSource CLOCK = InstantSource.system();

    private StandalonePrograms() {}

    static Program controlPlane(StandaloneSettings settings, Vertx vertx) {
        var bundles = new TrustBundles(new TrustDomain(settings.cluster(), settings.clusterSet()));
        var identity = identity(settings, SpiffeId.Role.CONTROL_PLANE, bundles);
        var controlPlane = ControlPlane.ofFolder(settings, identity, bundles, vertx, CLOCK);
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
                                settings.stateDirectory().resolve("gateway").resolve("routes.pb")),
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
