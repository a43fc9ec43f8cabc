package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.reconcile.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// A TCP connection in the middle that can fall silent without closing, as a network does that lost its state.
final class Relay {
    private final Vertx vertx;
    private final int target;
    private final NetServer server;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean silent = new AtomicBoolean();
    private final AtomicReference<Buffer> firstBytes = new AtomicReference<>(Buffer.buffer());

    Relay(Vertx vertx, int target) {
        this(vertx, target, "127.0.0.1");
    }

    /// @param host that it listens on
    Relay(Vertx vertx, int target, String host) {
        this.vertx = vertx;
        this.target = target;
        this.server = Await.result(
                vertx.createNetServer().connectHandler(this::accepted).listen(0, host));
    }

    private void accepted(NetSocket near) {
        near.pause();
        connections.incrementAndGet();
        vertx.createNetClient().connect(target, "127.0.0.1").onComplete(connected -> {
            if (connected.failed()) {
                near.close();
                return;
            }
            var far = connected.result();
            open.add(near);
            forward(near, far);
            forward(far, near);
            near.resume();
        });
    }

    private void forward(NetSocket from, NetSocket to) {
        var silenced = new AtomicBoolean();
        from.handler(bytes -> {
            firstBytes.updateAndGet(first -> first.length() == 0 ? bytes : first);
            if (silent.get() || silenced.get()) {
                silenced.set(true);
            } else {
                to.write(bytes);
            }
        });
        from.closeHandler(_ -> {
            open.remove(from);
            to.close();
        });
        from.exceptionHandler(_ -> to.close());
    }

    /// Connections that are open now are never heard of again; new ones work.
    void swallowEverythingOpen() {
        silent.set(true);
    }

    void forwardNewConnections() {
        silent.set(false);
    }

    int port() {
        return server.actualPort();
    }

    /// How many came so far.
    int connections() {
        return connections.get();
    }

    int openConnections() {
        return open.size();
    }

    Buffer firstBytes() {
        return firstBytes.get();
    }
}
