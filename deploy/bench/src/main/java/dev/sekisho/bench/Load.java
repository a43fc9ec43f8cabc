package dev.sekisho.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The servers behind the gateways and the clients before them: plain blocking sockets, so that they cost the same
/// whoever is between them.
final class Load implements AutoCloseable {
    private static final int BLOCK_BYTES = 256 * 1024;
    private static final int CLIENTS = 8;

    private final ServerSocket sink;
    private final ServerSocket echo;

    private Load(ServerSocket sink, ServerSocket echo) {
        this.sink = sink;
        this.echo = echo;
    }

    /// Starts a server that reads everything and answers one byte at the end, and one that echoes one byte.
    static Load start(InetAddress host, int sinkPort, int echoPort) throws IOException {
        var load = new Load(listen(host, sinkPort), listen(host, echoPort));
        serve(load.sink, socket -> {
            var block = new byte[BLOCK_BYTES];
            var in = socket.getInputStream();
            while (in.read(block) >= 0) {
                // Only the time it takes is of interest.
            }
            socket.getOutputStream().write(1);
        });
        serve(load.echo, socket -> {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(socket.getInputStream().read());
        });
        return load;
    }

    private static ServerSocket listen(InetAddress host, int port) throws IOException {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(host, port), 1024);
        return server;
    }

    private interface Conversation {
        void with(Socket socket) throws IOException;
    }

    private static void serve(ServerSocket server, Conversation conversation) {
        Thread.ofPlatform().daemon().start(() -> {
            while (!server.isClosed()) {
                try {
                    var socket = server.accept();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            conversation.with(socket);
                        } catch (IOException _) {
                            // A client that went away; the figures of its side tell.
                        }
                    });
                } catch (IOException _) {
                    return; // closed by close()
                }
            }
        });
    }

    /// Sends `bytes` over one connection and waits for the answer at the end.
    ///
    /// @return how long it took
    static Duration bulk(InetSocketAddress target, long bytes) throws IOException {
        var block = new byte[BLOCK_BYTES];
        var begun = System.nanoTime();
        try (var socket = connect(target)) {
            var out = socket.getOutputStream();
            for (var left = bytes; left > 0; left -= block.length) {
                out.write(block, 0, (int) Math.min(left, block.length));
            }
            socket.shutdownOutput();
            if (socket.getInputStream().read() != 1) {
                throw new IOException("the sink behind " + target + " did not confirm the end of a bulk stream");
            }
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /// Connects, sends one byte, reads one byte and closes, over and over from eight threads.
    ///
    /// @return how many such calls were completed in `time`
    static long connectRequestClose(InetSocketAddress target, Duration time) throws IOException, InterruptedException {
        var end = System.nanoTime() + time.toNanos();
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            var counts = new ArrayList<Future<Long>>();
            for (var i = 0; i < CLIENTS; i++) {
                counts.add(clients.submit(() -> {
                    var calls = 0L;
                    while (System.nanoTime() < end) {
                        try (var socket = connect(target)) {
                            socket.getOutputStream().write(7);
                            if (socket.getInputStream().read() != 7) {
                                throw new IOException("the echo did not come back");
                            }
                            calls++;
                        }
                    }
                    return calls;
                }));
            }
            var sum = 0L;
            for (var count : counts) {
                sum += count.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IOException("a call failed: " + e.getCause(), e);
        }
    }

    private static Socket connect(InetSocketAddress target) throws IOException {
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        try {
            socket.connect(target, 10_000);
            socket.setSoTimeout(60_000);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        sink.close();
        echo.close();
    }
}
