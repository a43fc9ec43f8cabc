package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.tunnel.LaneStream;
import dev.sekisho.gateway.tunnel.StreamAcceptor;
import dev.sekisho.tunnel.v1.Open;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/// Where streams of other clusters arrive on lanes and are connected to the backends of our exports. Any thread; each
/// stream lives on its lane's event loop.
public final class ExportConnectors implements StreamAcceptor {
    private final LiveRoutes routes;
    private final StreamWatcher watcher;
    private final BackendConnector backends;
    private final LiveStreams streams;

    public ExportConnectors(Vertx vertx, LiveRoutes routes, StreamSettings settings, StreamWatcher watcher) {
        this.routes = routes;
        this.watcher = watcher;
        backends = new BackendConnector(new Sockets(vertx), settings.connectTimeout());
        streams = new LiveStreams(vertx, settings);
    }

    /// Begins to follow the rules; streams come once the public port listens.
    public Future<Void> start() {
        streams.follow(routes);
        return Future.succeededFuture();
    }

    /// Streams that are open now.
    public int openStreams() {
        return streams.size();
    }

    /// Refuses new streams and waits for those that are open, at most `atMost`; then they are broken off.
    public Future<Void> drain(Duration atMost) {
        return streams.drain(atMost);
    }

    /// Breaks every stream off now.
    public Future<Void> stop() {
        streams.breakOff();
        return Future.succeededFuture();
    }

    @Override
    public void accept(LaneStream stream, Open open) {
        ExportStream export;
        try {
            export = new ExportStream(stream, open, routes, backends, streams, watcher);
        } catch (IllegalArgumentException e) {
            stream.violated("OPEN: " + e.getMessage());
            return;
        }
        export.begin();
    }
}
