package dev.sekisho.gateway.admin;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.names.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Consumer;

/// The admin ports of a gateway: one for operators, and where wished a second one for probes and scrapes. Any thread.
public final class Admin {
    private static final String PROBES = "listen.health";

    private final AdminServer pages;
    private final Optional<AdminServer> probes;

    /// @param boundHit notified for each connection above 64 of one port
    public Admin(Vertx vertx, AdminPorts ports, AdminPages pages, Consumer<Bound> boundHit) {
        this.pages = new AdminServer(vertx, ports.setting(), ports.pages(), pages.all(), boundHit);
        this.probes = ports.probes().map(address -> new AdminServer(vertx, PROBES, address, pages.probes(), boundHit));
    }

    /// @return the address of the pages and that of the probes, as bound, or a failure that names the setting and the
    ///     address
    public Future<Addresses> start() {
        return pages.start()
                .compose(bound -> probes.map(server -> server.start().map(Optional::of))
                        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                        .map(second -> new Addresses(bound, second)));
    }

    /// Closes the ports and their connections. Nothing happens when they were never open.
    public Future<Void> stop() {
        return pages.stop().eventually(() -> probes.map(AdminServer::stop).orElseGet(Future::succeededFuture));
    }

    /// Where the ports are, as bound.
    public record Addresses(HostPort pages, Optional<HostPort> probes) {}
}
