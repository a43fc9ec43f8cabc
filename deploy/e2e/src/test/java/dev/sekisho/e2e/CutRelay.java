package dev.sekisho.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to an API server that can be cut, so that new connections are closed at once, or stalled, so that they are
/// taken and nothing is answered. Either way nothing gets through, also on connections from before.
final class CutRelay implements AutoCloseable {
    private final URI target;
    private final NetServer server;
    private final NetClient client;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private final Set<NetSocket> unanswered = ConcurrentHashMap.newKeySet();
    private volatile Way way = Way.CLEAR;

    private enum Way {
        CLEAR,
        STALLED,
        CUT
    }

    CutRelay(Vertx vertx, URI target) {
        this.target = target;
        client = vertx.createNetClient();
        server = vertx.createNetServer().connectHandler(near -> {
            near.pause();
            near.closeHandler(_ -> unanswered.remove(near));
            switch (way) {
                case CLEAR -> connect(near);
                case STALLED -> unanswered.add(near);
                case CUT -> near.close();
            }
        });
        server.listen(0, "127.0.0.1").await();
    }

    private void connect(NetSocket near) {
        client.connect(target.getPort(), target.getHost())
                .onSuccess(far -> join(near, far))
                .onFailure(_ -> near.close());
    }

    private void join(NetSocket near, NetSocket far) {
        open.add(near);
        near.closeHandler(_ -> {
            open.remove(near);
            far.close();
        });
        far.closeHandler(_ -> near.close());
        pass(near, far);
        pass(far, near);
        near.resume();
        if (way == Way.CUT) {
            near.close();
        }
    }

    /// What comes while it is stalled is lost, so such a connection never works again.
    private void pass(NetSocket from, NetSocket to) {
        from.handler(bytes -> {
            if (way == Way.CLEAR) {
                to.write(bytes);
                if (to.writeQueueFull()) {
                    from.pause();
                    to.drainHandler(_ -> from.resume());
                }
            }
        });
    }

    String url() {
        return "https://127.0.0.1:" + server.actualPort();
    }

    void cut() {
        way = Way.CUT;
        open.forEach(NetSocket::close);
    }

    /// Connections from before hang until they are given up, and so do new ones.
    void stall() {
        way = Way.STALLED;
    }

    /// How many of those who have tried since it was stalled still wait.
    int unanswered() {
        return unanswered.size();
    }

    /// Connections that a stall has damaged end, as they would by the network's own time limits.
    void mend() {
        open.forEach(NetSocket::close);
        unanswered.forEach(NetSocket::close);
        way = Way.CLEAR;
    }

    @Override
    public void close() {
        server.close().await();
        client.close().await();
    }
}
