package dev.sekisho.gateway.streams;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// Plain sockets of pods, on loopback addresses.
final class Loopback {
    private static final int PATIENCE_MILLIS = 30_000;

    private Loopback() {}

    static InetAddress address(String text) {
        return InetAddresses.forString(text);
    }

    /// Connects from a pod's address; reads give up after a while.
    static Socket connect(String from, InetSocketAddress to) throws IOException {
        var socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(address(from), 0));
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(to, PATIENCE_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
