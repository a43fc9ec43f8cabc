package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.balancing.ByClient;
import dev.sekisho.gateway.balancing.LeastLoaded;
import dev.sekisho.gateway.balancing.OpenStreams;
import dev.sekisho.gateway.relay.PlainEnd;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.call.CallAnswer.Target;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Connects to the backend with the fewest streams, or to the one that its client stays with, or to the next one when
/// that fails. A gateway has one, so that the streams of its own cluster and those of others count alike. Any thread;
/// what it tells, it tells on the loop it was given.
public final class BackendConnector {
    private final Sockets sockets;
    private final Duration connectTimeout;
    private final OpenStreams<InetSocketAddress> open = new OpenStreams<>();
    private final AtomicInteger turn = new AtomicInteger();

    public BackendConnector(Sockets sockets, Duration connectTimeout) {
        this.sockets = sockets;
        this.connectTimeout = connectTimeout;
    }

    /// A stream's wish for a backend.
    interface Request {
        /// False when the stream has gone meanwhile: neither of the others is called then.
        boolean isWanted();

        void connected(PlainEnd backend, Target target);

        void failed(String why);
    }

    /// @param transport TCP or UDP; of UDP every target that the network knows a way to counts as connected
    /// @param targets at least one
    /// @param staying the client, when its calls stay at one backend
    void connect(
            EventLoop loop, Transport transport, List<Target> targets, Optional<InetAddress> staying, Request request) {
        var ordered = staying.map(client -> ByClient.order(targets, client, BackendConnector::key))
                .orElseGet(
                        () -> LeastLoaded.order(targets, target -> open.to(target.address()), turn.getAndIncrement()));
        connect(loop, transport, ordered.iterator(), request);
    }

    /// A pod that comes back under its name, as those of StatefulSets do, is the same one at whatever address.
    private static String key(Target target) {
        return target.candidate()
                .pod()
                .map(pod -> pod.name().toString())
                .orElseGet(() -> NetUtil.toAddressString(target.address().getAddress()));
    }

    private void connect(EventLoop loop, Transport transport, Iterator<Target> targets, Request request) {
        var target = targets.next();
        var connection = new Sockets.Connection() {
            @Override
            public void connected(PlainEnd end) {
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
                    connect(loop, transport, targets, request);
                } else {
                    request.failed(why);
                }
            }
        };
        if (transport == Transport.UDP) {
            sockets.connectDatagrams(loop, target.address(), connection);
        } else {
            sockets.connect(loop, connectTimeout, target.address(), connection);
        }
    }
}
