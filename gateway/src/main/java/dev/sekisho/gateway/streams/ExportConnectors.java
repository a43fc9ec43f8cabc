package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.tunnel.LaneStream;
import dev.sekisho.gateway.tunnel.StreamAcceptor;
import dev.sekisho.tunnel.v1.Open;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/// Where streams of other clusters arrive on lanes and are connected to the backends of our exports. Any thread; each
/// stream lives on its lane's event loop.
public final class ExportConnectors implements StreamAcceptor {
    private final ExportWorld world;

    public ExportConnectors(
            Vertx vertx, LiveRoutes routes, BackendConnector backends, StreamSettings settings, StreamWatcher watcher) {
        world = new ExportWorld(routes, backends, new LiveStreams(vertx, settings), settings, watcher);
    }

    /// Begins to follow the rules; streams come once the public port listens.
    public Future<Void> start() {
        world.streams().follow(world.routes());
        return Future.succeededFuture();
    }

    /// Streams that are open now.
    public int openStreams() {
        return world.streams().size();
    }

    /// Some of them, at most `most`.
    public List<StreamSoFar> openStreams(int most) {
        return world.streams().some(most);
    }

    /// Refuses new streams and waits for those that are open, at most `atMost`; then they are broken off.
    public Future<Void> drain(Duration atMost) {
        return world.streams().drain(atMost);
    }

    /// Breaks every stream off now.
    public Future<Void> stop() {
        world.streams().breakOff();
        return Future.succeededFuture();
    }

    @Override
    public void accept(LaneStream stream, Open open) {
        ExportStream export;
        try {
            export = new ExportStream(stream, open, world);
        } catch (IllegalArgumentException e) {
            stream.violated("OPEN: " + e.getMessage());
            return;
        }
        export.begin();
    }
}
