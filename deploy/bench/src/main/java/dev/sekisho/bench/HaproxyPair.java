package dev.sekisho.bench;

import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.Leaf;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Two haproxy processes in a row, with mutual TLS 1.3 or nothing between them.
final class HaproxyPair implements Contender {
    private static final int BULK_PORT = 7001;
    private static final int ECHO_PORT = 7002;

    private final String name;
    private final InetAddress front;
    private final List<Process> processes;

    private HaproxyPair(String name, InetAddress front, List<Process> processes) {
        this.name = name;
        this.front = front;
        this.processes = processes;
    }

    /// The certificates are of the same kind as ours: EC P-256, one CA, verified on both sides.
    static HaproxyPair withTls(Path folder, InetSocketAddress sink, InetSocketAddress echo) throws Exception {
        var domain = new TrustDomain(new ClusterName("peer"), new ClusterSetName("bench"));
        var authority = ClusterAuthority.create(domain, InstantSource.system());
        var ca = Files.writeString(folder.resolve("ca.pem"), authority.bundle().pem());
        var first = Files.writeString(folder.resolve("first.pem"), pem(authority.issue(SpiffeId.Role.GATEWAY)));
        var second = Files.writeString(folder.resolve("second.pem"), pem(authority.issue(SpiffeId.Role.GATEWAY)));
        var server = " ssl verify required ca-file " + ca + " crt " + first;
        var bind = " ssl verify required ca-file " + ca + " crt " + second;
        return start("haproxy, mTLS", folder, 240, server, bind, sink, echo);
    }

    /// Certificate and key in one file, as haproxy wants them.
    private static String pem(Leaf leaf) throws CertificateEncodingException {
        var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return "-----BEGIN CERTIFICATE-----\n"
                + encoder.encodeToString(leaf.chain().getFirst().getEncoded())
                + "\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n"
                + encoder.encodeToString(leaf.key().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    static HaproxyPair plain(Path folder, InetSocketAddress sink, InetSocketAddress echo)
            throws IOException, InterruptedException {
        return start("haproxy, plaintext", folder, 242, "", "", sink, echo);
    }

    private static HaproxyPair start(
            String name,
            Path folder,
            int network,
            String serverOptions,
            String bindOptions,
            InetSocketAddress sink,
            InetSocketAddress echo)
            throws IOException, InterruptedException {
        var front = "127." + network + ".0.1";
        var back = "127." + (network + 1) + ".0.1";
        var first = run(folder.resolve("haproxy-" + network + ".cfg"), """
            listen bulk
                bind %s:%d
                server next %s:%d%s
            listen echo
                bind %s:%d
                server next %s:%d%s
            """.formatted(
                front, BULK_PORT, back, BULK_PORT, serverOptions, front, ECHO_PORT, back, ECHO_PORT, serverOptions));
        var second = run(folder.resolve("haproxy-" + (network + 1) + ".cfg"), """
            listen bulk
                bind %s:%d%s
                server last %s:%d
            listen echo
                bind %s:%d%s
                server last %s:%d
            """.formatted(
                        back,
                        BULK_PORT,
                        bindOptions,
                        sink.getHostString(),
                        sink.getPort(),
                        back,
                        ECHO_PORT,
                        bindOptions,
                        echo.getHostString(),
                        echo.getPort()));
        var pair = new HaproxyPair(name, InetAddress.ofLiteral(front), List.of(first, second));
        pair.awaitListening();
        return pair;
    }

    private static Process run(Path config, String listeners) throws IOException {
        Files.writeString(config, """
            global
                maxconn 4096
                ssl-default-bind-options ssl-min-ver TLSv1.3
                ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
                ssl-default-server-options ssl-min-ver TLSv1.3
                ssl-default-server-ciphersuites TLS_AES_128_GCM_SHA256
            defaults
                mode tcp
                timeout connect 10s
                timeout client 60s
                timeout server 60s
            """ + listeners);
        return new ProcessBuilder("haproxy", "-db", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        config.resolveSibling(config.getFileName() + ".log").toFile())
                .start();
    }

    private void awaitListening() throws InterruptedException {
        for (var attempt = 0; attempt < 100; attempt++) {
            try (var probe = new Socket()) {
                probe.connect(echo(), 1000);
                return;
            } catch (IOException _) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        close();
        throw new IllegalStateException(name + " does not listen on " + echo());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public InetSocketAddress bulk() {
        return new InetSocketAddress(front, BULK_PORT);
    }

    @Override
    public InetSocketAddress echo() {
        return new InetSocketAddress(front, ECHO_PORT);
    }

    @Override
    public List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
    }
}
