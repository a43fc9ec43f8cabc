package dev.sekisho.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// The pod `shop/db-0`: answers every line with `db: ` and the line.
final class LineServer implements AutoCloseable {
    private final ServerSocket server;

    private LineServer(ServerSocket server) {
        this.server = server;
    }

    static LineServer on(InetAddress address) throws IOException {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(address, 6379));
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    var socket = server.accept();
                    Thread.ofVirtual().start(() -> answer(socket));
                } catch (IOException _) {
                    return; // closed by close()
                }
            }
        });
        return new LineServer(server);
    }

    private static void answer(Socket socket) {
        try (socket;
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                socket.getOutputStream().write(("db: " + line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // The caller's side of the test tells.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
