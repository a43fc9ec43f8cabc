package dev.sekisho.controlplane.admin;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.feed.GatewayStatus;
import dev.sekisho.controlplane.feed.RouteFeed;
import dev.sekisho.controlplane.reconcile.Reconciler;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.controlplane.reconcile.Situation;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServicePort;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collector;

/// `/status`: everything the control plane knows that an operator may want to see, as JSON. Any thread.
public final class StatusPage {
    private final TlsIdentity identity;
    private final Reconciler reconciler;
    private final RouteFeed feed;
    private final InstantSource clock;
    private final Supplier<Optional<String>> leader;

    /// @param leader the name of the replica that leads, where there may be several; empty when none is known to
    public StatusPage(
            TlsIdentity identity,
            Reconciler reconciler,
            RouteFeed feed,
            InstantSource clock,
            Supplier<Optional<String>> leader) {
        this.identity = identity;
        this.reconciler = reconciler;
        this.feed = feed;
        this.clock = clock;
        this.leader = leader;
    }

    JsonObject render() {
        var page = new JsonObject()
                .put("cluster", identity.id().cluster().value())
                .put("clusterSet", identity.id().clusterSet().value())
                .put("role", reconciler.leads() ? "leader" : "follower")
                .put("leader", leader.get().orElse(null))
                .put("waitingFor", new JsonArray(reconciler.waitingFor()))
                .put("certificateExpiresAt", identity.leaf().notAfter().toString())
                .put("routeVersion", feed.version())
                .put("gateways", feed.gateways().stream().map(this::gateway).collect(toArray()));
        reconciler.situation().ifPresent(now -> add(page, now));
        return page;
    }

    private void add(JsonObject page, Situation now) {
        var plan = now.plan();
        page.put("policyVersion", now.policies().version());
        page.put("policyWarnings", new JsonArray(now.policies().warnings()));
        page.put(
                "peers",
                new TreeMap<>(now.peers())
                        .entrySet().stream()
                                .map(entry -> peer(now, entry.getKey(), entry.getValue()))
                                .collect(toArray()));
        page.put(
                "imports",
                new TreeMap<>(plan.imports())
                        .values().stream()
                                .map(each ->
                                        imported(each, plan.importConditions().getOrDefault(each.name(), List.of())))
                                .collect(toArray()));
        page.put(
                "heldImports",
                new TreeSet<>(plan.held()).stream().map(Object::toString).collect(toArray()));
        page.put(
                "exports",
                new TreeMap<>(plan.exportConditions())
                        .entrySet().stream()
                                .map(entry -> new JsonObject()
                                        .put("service", entry.getKey().toString())
                                        .put("conditions", conditions(entry.getValue())))
                                .collect(toArray()));
    }

    private JsonObject peer(Situation now, ClusterName name, PeerStatus status) {
        return new JsonObject()
                .put("cluster", name.value())
                .put(
                        "endpoint",
                        Optional.ofNullable(now.view().peers().get(name))
                                .flatMap(peer -> peer.endpoint().map(HostPort::toString))
                                .orElse(""))
                .put("connected", status.connected())
                .put("lastHeardAt", status.lastHeardAt().map(Instant::toString).orElse(null))
                .put("ageSeconds", status.lastHeardAt().map(this::secondsSince).orElse(null))
                .put("problem", status.problem())
                .put("exports", status.exports());
    }

    private double secondsSince(Instant then) {
        return Duration.between(then, clock.instant()).toMillis() / 1000.0;
    }

    private static JsonObject imported(Import imported, List<Condition> conditions) {
        return new JsonObject()
                .put("service", imported.name().toString())
                .put("type", imported.headless() ? "Headless" : "ClusterSetIP")
                .put(
                        "ips",
                        imported.ips().stream().map(InetAddresses::toAddrString).collect(toArray()))
                .put("ports", imported.ports().stream().map(StatusPage::port).collect(toArray()))
                .put(
                        "sources",
                        imported.sources().stream()
                                .map(source -> source(imported, source))
                                .collect(toArray()))
                .put("conditions", conditions(conditions));
    }

    /// With those ports of the import that it serves, under their names there.
    private static JsonObject source(Import imported, Export export) {
        return new JsonObject()
                .put("cluster", export.cluster().value())
                .put("ready", export.ready())
                .put("terminating", export.readiness() == Readiness.TERMINATING)
                .put("exportedAt", export.createdAt().toString())
                .put(
                        "ports",
                        imported.ports().stream()
                                .filter(port -> export.exposes(port.key()))
                                .map(StatusPage::port)
                                .collect(toArray()));
    }

    private static String port(ServicePort port) {
        return port.name().isEmpty() ? port.key().toString() : port.name() + ":" + port.key();
    }

    private static JsonArray conditions(List<Condition> conditions) {
        return conditions.stream()
                .map(condition -> JsonObject.of(
                        "type", condition.type(),
                        "status", condition.status(),
                        "reason", condition.reason(),
                        "message", condition.message()))
                .collect(toArray());
    }

    private JsonObject gateway(GatewayStatus gateway) {
        return new JsonObject()
                .put("gateway", gateway.gateway())
                .put("connectedSince", gateway.connectedSince().toString())
                .put("acknowledgedVersion", gateway.acknowledgedVersion())
                .put("owesSeconds", gateway.owesSince().map(this::secondsSince).orElse(0.0))
                .put("problems", new JsonArray(gateway.problems()));
    }

    static Collector<Object, ?, JsonArray> toArray() {
        return Collector.of(JsonArray::new, JsonArray::add, JsonArray::addAll);
    }
}
