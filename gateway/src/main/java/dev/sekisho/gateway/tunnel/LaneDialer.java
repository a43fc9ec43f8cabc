package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.lookup.Ipv6Addresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;

/// Opens lanes, at one address of a peer's name after the other. Any thread; the lane then lives on the loop it was
/// asked for.
final class LaneDialer {
    private final Sockets sockets;
    private final LaneTls tls;
    private final Ipv6Addresses others;

    LaneDialer(Sockets sockets, LaneTls tls, Ipv6Addresses others) {
        this.sockets = sockets;
        this.tls = tls;
        this.others = others;
    }

    LaneTls tls() {
        return tls;
    }

    /// @param timeout until HELLO
    /// @param owner hears [LaneOwner#ready] or [LaneOwner#closed]
    /// @param failed hears instead when there is not even a socket
    void dial(
            EventLoop loop,
            ClusterName peer,
            HostPort endpoint,
            Duration timeout,
            LaneOwner owner,
            Consumer<String> failed) {
        var self = tls.self();
        var serverName = new SpiffeId(peer, self.clusterSet(), SpiffeId.Role.GATEWAY).serverName();
        var end = System.nanoTime() + timeout.toNanos();
        Consumer<Channel> connected = channel -> {
            var left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            var handler = tls.dialling(channel.alloc(), serverName);
            var terms = new LaneTerms(self, Optional.of(peer), Optional.empty(), left);
            channel.pipeline().addLast(handler, new Lane(channel, handler, terms, owner));
        };
        var address = Sockets.address(endpoint);
        if (!address.isUnresolved()) {
            connect(loop, address, timeout, connected, failed);
            return;
        }
        var half = timeout.dividedBy(2);
        connect(
                loop,
                address,
                half,
                connected,
                why -> others.lookUp(loop, endpoint.host(), endpoint.port(), addresses -> {
                    if (addresses.isEmpty()) {
                        failed.accept(why);
                    } else {
                        inTurn(loop, addresses.iterator(), half.dividedBy(addresses.size()), connected, failed);
                    }
                }));
    }

    private void inTurn(
            EventLoop loop,
            Iterator<InetSocketAddress> addresses,
            Duration each,
            Consumer<Channel> connected,
            Consumer<String> failed) {
        connect(loop, addresses.next(), each, connected, why -> {
            if (addresses.hasNext()) {
                inTurn(loop, addresses, each, connected, failed);
            } else {
                failed.accept(why);
            }
        });
    }

    private void connect(
            EventLoop loop,
            InetSocketAddress address,
            Duration timeout,
            Consumer<Channel> connected,
            Consumer<String> failed) {
        sockets.client(loop, timeout, new NothingYet()).connect(address).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                connected.accept(done.channel());
            } else {
                failed.accept(String.valueOf(done.cause().getMessage()));
            }
        });
    }

    /// The pipeline is filled once the channel is connected, before the peer has a reason to say anything.
    private static final class NothingYet extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {}
    }
}
