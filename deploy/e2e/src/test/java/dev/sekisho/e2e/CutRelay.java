package dev.sekisho.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to an API server that can be cut: while it is, nothing gets through and new connections are closed at once.
final class CutRelay implements AutoCloseable {
    private final NetServer server;
    private final NetClient client;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    CutRelay(Vertx vertx, URI target) {
        client = vertx.createNetClient();
        server = vertx.createNetServer().connectHandler(near -> {
            if (cut) {
                near.close();
                return;
            }
            near.pause();
            client.connect(target.getPort(), target.getHost())
                    .onSuccess(far -> join(near, far))
                    .onFailure(_ -> near.close());
        });
        server.listen(0, "127.0.0.1").await();
    }

    private void join(NetSocket near, NetSocket far) {
        open.add(near);
        near.closeHandler(_ -> {
            open.remove(near);
            far.close();
        });
        far.closeHandler(_ -> near.close());
        near.pipeTo(far);
        far.pipeTo(near);
        if (cut) {
            near.close();
        }
    }

    String url() {
        return "https://127.0.0.1:" + server.actualPort();
    }

    void cut() {
        cut = true;
        open.forEach(NetSocket::close);
    }

    void mend() {
        cut = false;
    }

    @Override
    public void close() {
        server.close().await();
        client.close().await();
    }
}
