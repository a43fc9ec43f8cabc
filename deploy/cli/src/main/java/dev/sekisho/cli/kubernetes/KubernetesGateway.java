package dev.sekisho.cli.kubernetes;

import dev.sekisho.cli.GatewayTuning;
import dev.sekisho.cli.Program;
import dev.sekisho.cli.UserError;
import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.gateway.Gateway;
import dev.sekisho.gateway.GatewaySettings;
import dev.sekisho.gateway.admin.AdminPorts;
import dev.sekisho.gateway.feed.FeedSettings;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentities;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.identity.TrustBundles;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// A gateway in a pod.
final class KubernetesGateway {
    private static final InstantSource CLOCK = InstantSource.system();
    /// A kubelet tells the API server of a pod's address a second or two after its containers have begun to run.
    private static final Duration CALLER_WAIT = Duration.ofSeconds(5);

    private static final Duration BESIDES_DRAIN = Duration.ofSeconds(30);

    private KubernetesGateway() {}

    static Program program(PodSettings settings, PodEnvironment pod, Vertx vertx) {
        var self = self(settings);
        var bundles = new TrustBundles(self.trustDomain());
        var gateway = Gateway.assemble(
                gatewaySettings(settings, pod),
                vertx,
                CLOCK,
                identity(settings, self, bundles),
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

            @Override
            public Duration stopsWithin() {
                return settings.drain().plus(BESIDES_DRAIN);
            }
        };
    }

    static GatewaySettings gatewaySettings(PodSettings settings, PodEnvironment pod) {
        var listen = settings.listen();
        return new GatewaySettings(
                GatewayTuning.tunnel(settings.traffic(), listen.publicPort(), settings.sync(pod.namespace())),
                GatewayTuning.streams(settings.traffic()).withCallerWait(CALLER_WAIT),
                FeedSettings.defaults(
                        settings.feed(pod.namespace()),
                        pod.name(),
                        settings.stateDirectory().resolve("routes.pb")),
                listen.dns(),
                new AdminPorts("listen.admin", listen.admin(), Optional.of(listen.health())),
                settings.drain());
    }

    /// A gateway asks no API server which cluster it is in: its certificate says so.
    private static SpiffeId self(PodSettings settings) {
        try {
            var certified = TlsIdentities.idIn(settings.identityDirectory());
            return new SpiffeId(
                    settings.cluster().orElse(certified.cluster()),
                    settings.clusterSet().orElse(certified.clusterSet()),
                    SpiffeId.Role.GATEWAY);
        } catch (IOException e) {
            throw new UserError("identity.directory: " + Reasons.of(e), e);
        }
    }

    private static TlsIdentity identity(PodSettings settings, SpiffeId self, TrustBundles bundles) {
        try {
            return TlsIdentities.fromDirectory(settings.identityDirectory(), self, CLOCK, bundles);
        } catch (IOException e) {
            throw new UserError("identity.directory: " + Reasons.of(e), e);
        }
    }
}
