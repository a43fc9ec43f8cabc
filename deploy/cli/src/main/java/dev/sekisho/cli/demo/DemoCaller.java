package dev.sekisho.cli.demo;

import dev.sekisho.names.HostPort;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A pod of osaka that calls services by their clusterset name: it asks the gateway's DNS server and binds its own
/// address, which is how the gateway knows who calls.
public record DemoCaller(String name, InetAddress address, DnsClient dns) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// @param vertx asks the DNS server; stays the caller's to close
    /// @param dns the DNS server of the caller's own gateway
    public static DemoCaller of(Vertx vertx, String name, InetAddress address, HostPort dns) {
        return new DemoCaller(name, address, vertx.createDnsClient(dns.port(), dns.host()));
    }

    /// The address of `host`, or empty when the DNS server knows none or does not answer (yet).
    public Optional<InetAddress> resolve(String host) throws IOException {
        try {
            var addresses = dns.resolveA(host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return addresses.stream().findFirst().map(InetAddress::ofLiteral);
        } catch (ExecutionException | TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking for " + host);
        }
    }

    /// An open connection to `host:port`.
    ///
    /// @throws IOException when the name is unknown or the connection is refused
    public Conversation connect(String host, int port) throws IOException {
        var target = resolve(host).orElseThrow(() -> new IOException(host + " does not resolve"));
        var socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(address, 0));
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.connect(new InetSocketAddress(target, port), (int) TIMEOUT.toMillis());
            return new Conversation(
                    socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// One line there, one line back.
    public String call(String host, int port, String line) throws IOException {
        try (var conversation = connect(host, port)) {
            return conversation.say(line);
        }
    }

    /// The body of `http://host:port/`.
    public String get(String host, int port) throws IOException, InterruptedException {
        try (var client = HttpClient.newBuilder()
                .localAddress(address)
                .connectTimeout(TIMEOUT)
                .build()) {
            var target = resolve(host).orElseThrow(() -> new IOException(host + " does not resolve"));
            var request = HttpRequest.newBuilder(URI.create("http://" + target.getHostAddress() + ":" + port + "/"))
                    .timeout(TIMEOUT)
                    .build();
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }

    /// A connection that speaks in lines.
    public record Conversation(Socket socket, BufferedReader in) implements AutoCloseable {
        /// @throws IOException when the other side ends the connection instead of answering
        public String say(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            var answer = in.readLine();
            if (answer == null) {
                throw new IOException("the connection was closed");
            }
            return answer;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
