package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.names.ClusterName;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The one port a cluster opens to the world. The server name in the TLS ClientHello decides: our gateway's becomes a
/// lane, our control plane's is passed on to it untouched, anything else is closed, counted and logged. Any thread.
public final class PublicPort {
    private final LiveRoutes routes;
    private final TunnelSettings settings;
    private final Sockets sockets;
    private final PublicConnections connections;
    private final AcceptedLanes lanes;
    private final AtomicReference<@Nullable RouteTable> seen = new AtomicReference<>();
    private @Nullable Channel listening;

    /// @param acceptor takes the streams that peers open
    public PublicPort(
            Vertx vertx,
            Sockets sockets,
            LiveRoutes routes,
            LaneTls tls,
            TunnelSettings settings,
            StreamAcceptor acceptor,
            InstantSource clock,
            LaneWatcher watcher) {
        this.routes = routes;
        this.settings = settings;
        this.sockets = sockets;
        var refusals = new Refusals(clock, watcher);
        lanes = new AcceptedLanes(vertx, routes, tls, settings.pool(), watcher, refusals);
        connections = new PublicConnections(sockets, tls, settings, acceptor, lanes, refusals);
    }

    /// Listens.
    ///
    /// @return the address in use, or a failure that names the address that could not be bound
    public Future<InetSocketAddress> start() {
        lanes.start();
        routes.onReplace(this::replaceRoutes);
        routes.current().ifPresent(this::replaceRoutes);
        Promise<InetSocketAddress> bound = Promise.promise();
        var address = new InetSocketAddress(
                settings.listen().host(), settings.listen().port());
        sockets.server(connections).bind(address).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                listening = done.channel();
                bound.complete((InetSocketAddress) done.channel().localAddress());
            } else {
                bound.fail(new IllegalStateException(
                        "cannot listen on " + settings.listen() + ": "
                                + done.cause().getMessage(),
                        done.cause()));
            }
        });
        return bound.future();
    }

    /// Lanes that peers opened, by peer.
    public Map<ClusterName, LaneCount> counts() {
        return lanes.counts();
    }

    /// Accepts no more connections and asks peers to open no more streams on the lanes there are.
    public Future<Void> drain() {
        connections.drain();
        lanes.drain();
        return closeListener();
    }

    /// Closes every connection now.
    public Future<Void> stop() {
        connections.drain();
        lanes.close();
        return closeListener().onComplete(_ -> connections.close());
    }

    private Future<Void> closeListener() {
        Promise<Void> closed = Promise.promise();
        var channel = listening;
        if (channel == null) {
            return Future.succeededFuture();
        }
        channel.close().addListener(_ -> closed.complete());
        return closed.future();
    }

    private void replaceRoutes(RouteTable table) {
        var before = seen.getAndSet(table);
        lanes.replaceRoutes(before == null ? table : before, table);
    }
}
