package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.relay.DatagramQueue;
import dev.sekisho.gateway.relay.DatagramRelay;
import dev.sekisho.gateway.relay.EndEvents;
import dev.sekisho.gateway.relay.Relay;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.StreamEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A pod's address and port from which datagrams come to a listener, whose socket sends the answers. Until a backend is
/// there the newest datagrams wait.
@SuppressWarnings("FutureReturnValueIgnored") // an answer that cannot be sent is lost, as datagrams may be
final class UdpClient implements Client, StreamEnd {
    private final FlowListener listener;
    private final Channel channel;
    private final InetSocketAddress address;
    private final DatagramQueue waiting = new DatagramQueue();
    private @Nullable ImportStream stream;
    private @Nullable EndEvents events;

    UdpClient(FlowListener listener, Channel channel, InetSocketAddress address) {
        this.listener = listener;
        this.channel = channel;
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    /// A datagram of the pod; taken over.
    void received(ByteBuf datagram) {
        if (events != null) {
            events.received(datagram);
        } else {
            listener.dropped(DropReason.QUEUE, waiting.add(datagram));
        }
    }

    void receivedAll() {
        if (events != null) {
            events.receivedAll();
        }
    }

    /// The listener's socket takes answers again.
    void writableAgain() {
        if (events != null) {
            events.writable();
        }
    }

    void breakOff(StreamOutcome outcome) {
        if (stream != null) {
            stream.breakOff(outcome);
        }
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public void tell(ImportStream told) {
        stream = told;
    }

    @Override
    public void listen() {}

    @Override
    public boolean hasEnded() {
        return false;
    }

    @Override
    public boolean repeatTo(StreamEnd backend) {
        waiting.lendTo(backend);
        return !waiting.isEmpty();
    }

    @Override
    public Relay join(StreamEnd backend, Relay.Watcher watcher) {
        return new DatagramRelay(
                loop(),
                this,
                backend,
                waiting,
                0,
                listener.quietTime(),
                count -> listener.dropped(DropReason.QUEUE, count),
                watcher);
    }

    @Override
    public void refuse(StreamOutcome outcome) {
        listener.dropped(DropReason.TURNED_AWAY, waiting.size());
        waiting.discard();
        listener.turnAway(this, outcome);
    }

    @Override
    public void reset(ResetCode code) {
        end();
    }

    @Override
    public void discard() {
        listener.dropped(DropReason.QUEUE, waiting.discard());
    }

    @Override
    public void whenClosed(Runnable action) {
        action.run();
    }

    @Override
    public void tell(EndEvents told) {
        events = told;
    }

    @Override
    public void write(ByteBuf datagram) {
        listener.answered(this);
        channel.write(new DatagramPacket(datagram, address), channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void end() {
        listener.gone(this);
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void read(boolean on) {}
}
