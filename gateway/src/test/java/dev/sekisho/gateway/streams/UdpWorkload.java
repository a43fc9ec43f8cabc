package dev.sekisho.gateway.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A backend that sends every datagram back to where it came from.
final class UdpWorkload implements AutoCloseable {
    private final DatagramSocket socket;
    private final AtomicInteger received = new AtomicInteger();
    private final Set<InetSocketAddress> sources = ConcurrentHashMap.newKeySet();

    private UdpWorkload(DatagramSocket socket) {
        this.socket = socket;
    }

    static UdpWorkload echo() {
        return echoOn(new InetSocketAddress(Loopback.address("127.0.0.1"), 0));
    }

    static UdpWorkload echoOn(InetSocketAddress address) {
        try {
            var workload = new UdpWorkload(new DatagramSocket(address));
            Thread.ofPlatform().daemon().start(workload::run);
            return workload;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /// How many datagrams there have been.
    int received() {
        return received.get();
    }

    /// How many sockets they came from.
    int sources() {
        return sources.size();
    }

    private void run() {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        while (!socket.isClosed()) {
            try {
                packet.setLength(65_535);
                socket.receive(packet);
                sources.add((InetSocketAddress) packet.getSocketAddress());
                received.incrementAndGet();
                socket.send(packet);
            } catch (IOException e) {
                // Closed, or nobody is there any more to hear the answer.
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
