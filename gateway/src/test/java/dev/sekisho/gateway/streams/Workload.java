package dev.sekisho.gateway.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A backend: accepts connections on a loopback port and talks with each on a virtual thread.
final class Workload implements AutoCloseable {
    /// What a backend does with a connection, which is closed afterwards.
    interface Talk {
        void with(Socket connection) throws IOException;
    }

    private final ServerSocket server;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private Workload(ServerSocket server) {
        this.server = server;
    }

    static Workload that(Talk talk) {
        try {
            var workload = new Workload(new ServerSocket(0, 1024, Loopback.address("127.0.0.1")));
            Thread.ofVirtual().start(() -> workload.accept(talk));
            return workload;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends back what it gets, and half-closes when the client has.
    static Workload echo() {
        return that(connection -> {
            connection.getInputStream().transferTo(connection.getOutputStream());
            connection.shutdownOutput();
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /// How many connections there have been.
    int accepted() {
        return accepted.get();
    }

    private void accept(Talk talk) {
        while (!server.isClosed()) {
            try {
                var connection = server.accept();
                accepted.incrementAndGet();
                connections.add(connection);
                Thread.ofVirtual().start(() -> {
                    try (connection) {
                        talk.with(connection);
                    } catch (IOException e) {
                        // The other side may break a connection off at any time.
                    } finally {
                        connections.remove(connection);
                    }
                });
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
