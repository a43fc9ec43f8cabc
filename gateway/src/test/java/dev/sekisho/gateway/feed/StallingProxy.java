package dev.sekisho.gateway.feed;

import dev.sekisho.gateway.Eventually;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Passes bytes on to a port of this host, until it is told to keep every one to itself while the connections stay
/// open: what a machine that vanished looks like.
final class StallingProxy implements AutoCloseable {
    private final Queue<NetSocket> sockets = new ConcurrentLinkedQueue<>();
    private final NetServer server;

    StallingProxy(Vertx vertx, int port) {
        var client = vertx.createNetClient();
        server = Eventually.done(vertx.createNetServer()
                .connectHandler(inside -> {
                    inside.pause();
                    sockets.add(inside);
                    client.connect(port, "127.0.0.1").onSuccess(outside -> {
                        sockets.add(outside);
                        outside.handler(inside::write);
                        outside.closeHandler(_ -> inside.close());
                        inside.handler(outside::write);
                        inside.closeHandler(_ -> outside.close());
                        inside.resume();
                    });
                })
                .listen(0, "127.0.0.1"));
    }

    int port() {
        return server.actualPort();
    }

    void stall() {
        sockets.forEach(NetSocket::pause);
        sockets.clear();
    }

    @Override
    public void close() {
        Eventually.done(server.close());
    }
}
