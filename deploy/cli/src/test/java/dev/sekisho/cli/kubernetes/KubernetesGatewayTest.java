package dev.sekisho.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.cli.UserError;
import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TrustDomain;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway as its pod starts it, without any cluster around it.
class KubernetesGatewayTest {
    private static final PodEnvironment POD = new PodEnvironment("sekisho-gateway-7d4b-x", "sekisho-system", List.of());

    private final Vertx vertx = Vertx.vertx();
    private final ClusterAuthority authority =
            ClusterAuthority.create(TrustDomain.parse("tokyo.demo"), InstantSource.system());
    private int admin;
    private int health;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void mountTheCertificate() throws Exception {
        var pem = authority.issuePem(SpiffeId.Role.GATEWAY);
        var tls = Files.createDirectory(folder.resolve("tls"));
        Files.writeString(tls.resolve("tls.crt"), pem.chain());
        Files.writeString(tls.resolve("tls.key"), pem.key());
        Files.writeString(tls.resolve("ca.crt"), pem.authorities());
        admin = unusedPort();
        health = unusedPort();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void it_knows_its_cluster_from_its_certificate_and_waits_for_its_control_plane() throws Exception {
        var nobody = "controlPlane: {feed: '127.0.0.1:1', sync: '127.0.0.1:1'}\n";
        var gateway = KubernetesGateway.program(settings(nobody), POD, vertx);
        gateway.start().await();
        try {
            assertThat(get(health, "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(health, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(health, "/readyz").body()).contains("no route table yet\ncontrol plane at 127.0.0.1:1: ");
            assertThat(get(health, "/status").statusCode()).isEqualTo(404);
            assertThat(get(admin, "/status").statusCode()).isEqualTo(200);
        } finally {
            gateway.stop().await();
        }
    }

    @Test
    void settings_that_contradict_the_certificate_are_told() throws Exception {
        var contradicting = settings("cluster: osaka\n");

        assertThatThrownBy(() -> KubernetesGateway.program(contradicting, POD, vertx))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("identity.directory: " + folder + "/tls/tls.crt: must be the certificate of"
                        + " spiffe://osaka.demo/gateway, got that of spiffe://tokyo.demo/gateway");
    }

    @Test
    void a_certificate_that_is_not_there_is_named() throws Exception {
        Files.delete(folder.resolve("tls/tls.crt"));
        var settings = settings("");

        assertThatThrownBy(() -> KubernetesGateway.program(settings, POD, vertx))
                .isInstanceOf(UserError.class)
                .hasMessage("identity.directory: " + folder + "/tls/tls.crt: no such file");
    }

    @Test
    void it_is_called_after_its_pod_and_dials_the_services_of_its_namespace() throws Exception {
        var told = KubernetesGateway.gatewaySettings(settings("drain: 90s\n"), POD);

        assertThat(told.feed().gateway()).isEqualTo("sekisho-gateway-7d4b-x");
        assertThat(told.feed().controlPlane()).hasToString("sekisho-control-plane.sekisho-system.svc:7445");
        assertThat(told.tunnel().controlPlane())
                .hasValueSatisfying(sync -> assertThat(sync).hasToString("sekisho-sync.sekisho-system.svc:7444"));
        assertThat(told.feed().store()).isEqualTo(folder.resolve("state/routes.pb"));
        assertThat(told.drain()).isEqualTo(Duration.ofSeconds(90));
    }

    private PodSettings settings(String more) throws IOException {
        var file = folder.resolve("settings.yaml");
        Files.writeString(file, more + """
            listen:
              public: 127.0.0.1:0
              dns: 127.0.0.1:0
              admin: 127.0.0.1:%d
              health: 127.0.0.1:%d
            identity: {directory: %s}
            stateDirectory: %s
            """.formatted(admin, health, folder.resolve("tls"), folder.resolve("state")));
        return SettingsYaml.read(file);
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
