package dev.sekisho.cli.demo;

import com.sun.net.httpserver.HttpServer;
import dev.sekisho.cli.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The pods of tokyo: a line-by-line TCP service on 6379 (and its admin port 6380), and an HTTP service on 8080.
final class DemoWorkloads implements AutoCloseable {
    private final List<AutoCloseable> open = new ArrayList<>();

    /// @throws UserError when one of the addresses is in use
    static DemoWorkloads start(DemoAddresses tokyo) {
        var workloads = new DemoWorkloads();
        try {
            workloads.serveLines(new InetSocketAddress(InetAddress.ofLiteral(tokyo.pod(1)), 6379), "db-0 in tokyo: ");
            workloads.serveLines(new InetSocketAddress(InetAddress.ofLiteral(tokyo.pod(1)), 6380), "db-0 admin: ");
            workloads.serveHttp(new InetSocketAddress(InetAddress.ofLiteral(tokyo.pod(2)), 8080));
            return workloads;
        } catch (IOException e) {
            workloads.close();
            throw new UserError("a demo workload cannot listen: " + e.getMessage(), e);
        }
    }

    private void serveLines(InetSocketAddress address, String prefix) throws IOException {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        try {
            server.bind(address);
        } catch (IOException e) {
            server.close();
            throw new IOException(address + ": " + e.getMessage(), e);
        }
        open.add(server);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    var socket = server.accept();
                    Thread.ofVirtual().start(() -> answerLines(socket, prefix));
                } catch (IOException _) {
                    return; // closed by close()
                }
            }
        });
    }

    private static void answerLines(Socket socket, String prefix) {
        try (socket;
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                socket.getOutputStream().write((prefix + line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // The caller went away; the next one is served all the same.
        }
    }

    private void serveHttp(InetSocketAddress address) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException(address + ": " + e.getMessage(), e);
        }
        server.createContext("/", exchange -> {
            var body = "Hello from web-0 in tokyo\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        open.add(() -> server.stop(0));
    }

    @Override
    public void close() {
        for (var closeable : open) {
            try {
                closeable.close();
            } catch (Exception _) {
                // Nothing left to do for it: the process ends.
            }
        }
    }
}
