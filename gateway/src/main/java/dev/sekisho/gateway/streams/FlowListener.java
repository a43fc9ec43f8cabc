package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where datagrams of local pods arrive for one port of an import: one flow per address and port they come from. The
/// last handler of a UDP socket's pipeline; confined to its event loop.
final class FlowListener extends ChannelInboundHandlerAdapter {
    private static final int MOST_TURNED_AWAY = 1_024;

    private final ImportWorld world;
    private final ServiceName service;
    private final PortKey port;
    private final TurnedAway turnedAway;
    /// The one that was quiet longest comes first.
    private final Map<InetSocketAddress, UdpClient> flows = new LinkedHashMap<>(16, 0.75f, true);

    /// Those that have said something since the last time that nothing more was there.
    private final Set<UdpClient> speaking = new LinkedHashSet<>();

    FlowListener(ImportWorld world, ServiceName service, PortKey port) {
        this.world = world;
        this.service = service;
        this.port = port;
        turnedAway = new TurnedAway(MOST_TURNED_AWAY, quietTime());
    }

    Duration quietTime() {
        return world.settings().bounds().flowQuietTime();
    }

    void dropped(DropReason reason, int count) {
        if (count > 0) {
            world.watcher().dropped(StreamSide.IMPORT, service, reason, count);
        }
    }

    /// Keeps a flow that is only spoken to from being taken for quiet.
    void answered(UdpClient client) {
        var _ = flows.get(client.address());
    }

    void gone(UdpClient client) {
        if (flows.remove(client.address(), client)) {
            world.flows().decrementAndGet();
        }
    }

    void turnAway(UdpClient client, StreamOutcome outcome) {
        gone(client);
        var table = table();
        turnedAway.add(client.address(), outcome, verdict(table, client.address()), table.version(), System.nanoTime());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var packet = (DatagramPacket) message;
        var datagram = packet.content();
        if (datagram.readableBytes() > FrameType.MAX_DATAGRAM) {
            dropped(DropReason.TOO_LONG, 1);
            datagram.release();
            return;
        }
        var known = flows.get(packet.sender());
        if (known != null) {
            known.received(datagram);
            speaking.add(known);
        } else if (isTurnedAway(packet.sender())) {
            dropped(DropReason.TURNED_AWAY, 1);
            datagram.release();
        } else {
            var client = new UdpClient(this, context.channel(), packet.sender());
            client.received(datagram);
            begin(client);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        speaking.forEach(UdpClient::receivedAll);
        speaking.clear();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            everyFlow().forEach(UdpClient::writableAgain);
        }
    }

    /// Without the socket nobody could be answered.
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        everyFlow().forEach(client -> client.breakOff(new StreamOutcome.NotExported(service, port)));
    }

    /// An answer could not be sent: the flow goes on, as it does when the network loses one.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}

    private void begin(UdpClient client) {
        makeRoom();
        flows.put(client.address(), client);
        world.flows().incrementAndGet();
        new ImportStream(world, client, world.record(service, port, client.address())).begin(table(), client.address());
    }

    /// Other listeners' flows are not ours to end: a listener without any may exceed the bound by one.
    private void makeRoom() {
        var quietest = flows.values().iterator();
        if (world.flows().get() >= world.settings().bounds().maxFlows() && quietest.hasNext()) {
            quietest.next().breakOff(new StreamOutcome.Overloaded(Bound.FLOWS));
        }
    }

    private boolean isTurnedAway(InetSocketAddress client) {
        var table = table();
        return turnedAway.holds(client, table.version(), () -> verdict(table, client), System.nanoTime());
    }

    private Destinations verdict(RouteTable table, InetSocketAddress client) {
        return Destinations.of(table, client.getAddress(), service, port);
    }

    private RouteTable table() {
        return world.routes().current().orElseThrow();
    }

    /// A copy: what is told to a flow may end it.
    private List<UdpClient> everyFlow() {
        return new ArrayList<>(flows.values());
    }
}
