package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.identity.SpiffeId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.DuplexChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// What becomes of each connection to the public port, and how many there are. Any thread.
@Sharable
final class PublicConnections extends ChannelInitializer<Channel> {
    private final LaneTls tls;
    private final TunnelSettings settings;
    private final StreamAcceptor acceptor;
    private final AcceptedLanes lanes;
    private final Refusals refusals;
    private final Sockets sockets;
    private final String gatewayName;
    private final String controlPlaneName;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger passedOn = new AtomicInteger();
    private volatile boolean draining;

    PublicConnections(
            Sockets sockets,
            LaneTls tls,
            TunnelSettings settings,
            StreamAcceptor acceptor,
            AcceptedLanes lanes,
            Refusals refusals) {
        this.sockets = sockets;
        this.tls = tls;
        this.settings = settings;
        this.acceptor = acceptor;
        this.lanes = lanes;
        this.refusals = refusals;
        var self = tls.self();
        gatewayName = new SpiffeId(self.cluster(), self.clusterSet(), SpiffeId.Role.GATEWAY).serverName();
        controlPlaneName = new SpiffeId(self.cluster(), self.clusterSet(), SpiffeId.Role.CONTROL_PLANE).serverName();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a stranger's connection is closed; nothing waits for it
    protected void initChannel(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(_ -> open.remove(channel));
        if (draining) {
            refusals.refused(RefusalReason.DRAINING, addressOf(channel), "the gateway is shutting down");
            channel.close();
        } else if (open.size() > settings.maxConnections()) {
            refusals.refused(
                    RefusalReason.TOO_MANY_CONNECTIONS,
                    addressOf(channel),
                    "tunnel.maxConnections is " + settings.maxConnections());
            channel.close();
        } else {
            channel.pipeline().addLast(new ServerNameSwitch(this, (DuplexChannel) channel));
        }
    }

    /// What to do with a connection that asked for `serverName`.
    Optional<Destination> destination(String serverName) {
        if (serverName.equalsIgnoreCase(gatewayName)) {
            return Optional.of(Destination.LANE);
        }
        return serverName.equalsIgnoreCase(controlPlaneName)
                        && settings.controlPlane().isPresent()
                ? Optional.of(Destination.CONTROL_PLANE)
                : Optional.empty();
    }

    enum Destination {
        LANE,
        CONTROL_PLANE
    }

    Refusals refusals() {
        return refusals;
    }

    LaneTls tls() {
        return tls;
    }

    Sockets sockets() {
        return sockets;
    }

    TunnelSettings settings() {
        return settings;
    }

    LaneTerms laneTerms() {
        return new LaneTerms(tls.self(), Optional.empty(), Optional.of(acceptor), settings.handshakeTimeout());
    }

    LaneOwner laneOwner() {
        return lanes;
    }

    /// @return false when there are too many already
    boolean startPassingOn() {
        if (passedOn.incrementAndGet() > settings.maxPassedOn()) {
            passedOn.decrementAndGet();
            return false;
        }
        return true;
    }

    void stopPassingOn() {
        passedOn.decrementAndGet();
    }

    void drain() {
        draining = true;
    }

    void close() {
        for (var channel : open) {
            var _ = channel.close();
        }
    }

    static String addressOf(Channel channel) {
        return String.valueOf(channel.remoteAddress());
    }
}
