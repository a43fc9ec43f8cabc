package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Opens lanes. Any thread; the lane then lives on the loop it was asked for.
final class LaneDialer {
    private final Sockets sockets;
    private final LaneTls tls;

    LaneDialer(Sockets sockets, LaneTls tls) {
        this.sockets = sockets;
        this.tls = tls;
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
        var terms = new LaneTerms(self, Optional.of(peer), Optional.empty(), timeout);
        var dialled = new ChannelInitializer<Channel>() {
            private @Nullable Lane lane;

            @Override
            protected void initChannel(Channel channel) {
                var handler = tls.dialling(channel.alloc(), serverName);
                lane = new Lane(channel, handler, terms, owner);
                channel.pipeline().addLast(handler, lane);
            }

            private void failed(String why) {
                if (lane == null) {
                    failed.accept(why);
                } else {
                    lane.close(why);
                }
            }
        };
        sockets.client(loop, timeout, dialled)
                .connect(Sockets.address(endpoint))
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        dialled.failed(String.valueOf(connected.cause().getMessage()));
                    }
                });
    }
}
