package dev.sekisho.gateway.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The way to a gateway that can be stopped and go on: what is sent meanwhile is taken and comes late, in order, as it
/// does when the gateway's process is stopped and its kernel goes on.
final class FreezingPath implements AutoCloseable {
    private final InetSocketAddress to;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger holding = new AtomicInteger();
    private boolean frozen;

    FreezingPath(InetSocketAddress to) {
        this.to = to;
        try {
            server = new ServerSocket(0, 1024, Loopback.address("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    synchronized void freeze() {
        frozen = true;
    }

    /// Returns once all that was held back has gone on.
    void thaw() {
        synchronized (this) {
            frozen = false;
            notifyAll();
        }
        Until.holds("what was held back to go on", () -> holding.get() == 0);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var inside = server.accept();
                sockets.add(inside);
                Thread.ofVirtual().start(() -> {
                    awaitThaw();
                    try {
                        var outside = new Socket(to.getAddress(), to.getPort());
                        sockets.add(outside);
                        Thread.ofVirtual().start(() -> pump(outside, inside));
                        pump(inside, outside);
                    } catch (IOException e) {
                        sockets.remove(inside);
                    }
                });
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void pump(Socket from, Socket into) {
        var bytes = new byte[65_536];
        try (from;
                into) {
            for (var count = from.getInputStream().read(bytes);
                    count >= 0;
                    count = from.getInputStream().read(bytes)) {
                awaitThaw();
                into.getOutputStream().write(bytes, 0, count);
            }
            awaitThaw();
        } catch (IOException e) {
            awaitThaw(); // one of them broke, which the other learns by the end of its connection
        }
    }

    private synchronized void awaitThaw() {
        holding.incrementAndGet();
        try {
            while (frozen) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            holding.decrementAndGet();
        }
    }

    @Override
    public void close() {
        thaw();
        try {
            server.close();
            for (var socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
