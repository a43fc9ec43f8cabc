package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.controlplane.peers.records.Bounds;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.log.LogLines;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What strangers get to see of the sync port.
class SyncServerTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("osaka", "tokyo");

    @TempDir
    private Path state;

    private ControlPlaneOnLoopback tokyo;

    @BeforeEach
    void start() {
        tokyo = new ControlPlaneOnLoopback(vertx, clusters.controlPlane("tokyo"), state);
        tokyo.linkedWith("osaka");
    }

    @AfterEach
    void close() {
        tokyo.close();
        Await.result(vertx.close());
    }

    private SSLSocket dial(SSLContext context) throws IOException {
        return (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), tokyo.port());
    }

    @Test
    void tls_1_2_is_not_spoken() throws IOException {
        try (var socket = dial(TestClusters.sslContext(clusters.controlPlane("osaka")))) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});

            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_client_without_a_certificate_gets_no_byte() throws IOException, GeneralSecurityException {
        var anonymous = SSLContext.getInstance("TLS");
        anonymous.init(null, new TrustManager[] {clusters.controlPlane("osaka").trustManager()}, null);
        try (var socket = dial(anonymous)) {
            socket.startHandshake();

            assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void plain_http_gets_no_answer_and_harms_nobody() throws IOException {
        try (var log = LogLines.captured();
                var socket = new Socket(InetAddress.getLoopbackAddress(), tokyo.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP");
            Await.until(() -> assertThat(log.warnings("did not get through TLS"))
                    .singleElement()
                    .asString()
                    .contains("what came is not TLS")
                    .doesNotContain(HexFormat.of().formatHex("GET".getBytes(StandardCharsets.US_ASCII))));
        }
        try (var osaka = new ControlPlaneOnLoopback(vertx, clusters.controlPlane("osaka"), state)) {
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitConnected("tokyo");
        }
    }

    @Test
    void an_address_in_use_fails_the_start() {
        assertThatThrownBy(() -> new ControlPlaneOnLoopback(
                        vertx,
                        clusters.controlPlane("osaka"),
                        state,
                        tokyo.port(),
                        ControlPlaneOnLoopback.BRISK,
                        Bounds.DEFAULT))
                .hasMessageContaining("in use");
    }
}
