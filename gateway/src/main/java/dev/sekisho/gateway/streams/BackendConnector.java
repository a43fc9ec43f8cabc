package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.balancing.LeastLoaded;
import dev.sekisho.gateway.balancing.OpenStreams;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.SocketEnd;
import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.gateway.streams.BackendChoice.Target;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Connects to the backend with the fewest streams, or to the next one when that fails. Any thread; what it tells, it
/// tells on the loop it was given.
final class BackendConnector {
    private final Sockets sockets;
    private final Duration connectTimeout;
    private final OpenStreams<InetSocketAddress> open = new OpenStreams<>();
    private final AtomicInteger turn = new AtomicInteger();

    BackendConnector(Sockets sockets, Duration connectTimeout) {
        this.sockets = sockets;
        this.connectTimeout = connectTimeout;
    }

    /// A stream's wish for a backend.
    interface Request {
        /// False when the stream has gone meanwhile: neither of the others is called then.
        boolean isWanted();

        void connected(SocketEnd backend, Target target);

        void failed(String why);
    }

    /// @param targets at least one
    void connect(EventLoop loop, List<Target> targets, Request request) {
        var ordered = LeastLoaded.order(targets, target -> open.to(target.address()), turn.getAndIncrement());
        connect(loop, ordered.iterator(), request);
    }

    private void connect(EventLoop loop, Iterator<Target> targets, Request request) {
        var target = targets.next();
        sockets.connect(loop, connectTimeout, target.address(), new Sockets.Connection() {
            @Override
            public void connected(SocketEnd end) {
                if (!request.isWanted()) {
                    end.reset(ResetCode.CANCELLED);
                    return;
                }
                open.opened(target.address());
                end.channel().closeFuture().addListener(_ -> open.closed(target.address()));
                request.connected(end, target);
            }

            @Override
            public void failed(String why) {
                if (!request.isWanted()) {
                    return;
                }
                if (targets.hasNext()) {
                    connect(loop, targets, request);
                } else {
                    request.failed(why);
                }
            }
        });
    }
}
