package dev.sekisho.gateway.streams;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/// A pod that sends datagrams from one address and port and hears what comes back.
final class UdpPod implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int REPEAT_MILLIS = 100;

    private final DatagramSocket socket;
    private final InetSocketAddress to;

    UdpPod(String address, InetSocketAddress to) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(Loopback.address(address), 0));
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.to = to;
    }

    void send(byte... datagram) throws IOException {
        socket.send(new DatagramPacket(datagram, datagram.length, to));
    }

    byte[] receive() throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        if (!packet.getSocketAddress().equals(to)) {
            throw new AssertionError("answered by " + packet.getSocketAddress() + ", not by " + to);
        }
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    byte[] call(byte... datagram) throws IOException {
        send(datagram);
        return receive();
    }

    /// Asks again until there is an answer, as a client of UDP has to.
    byte[] callUntilAnswered(byte... datagram) throws IOException {
        var giveUp = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        socket.setSoTimeout(REPEAT_MILLIS);
        try {
            while (true) {
                try {
                    return call(datagram);
                } catch (SocketTimeoutException e) {
                    if (System.nanoTime() - giveUp > 0) {
                        throw e;
                    }
                }
            }
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
