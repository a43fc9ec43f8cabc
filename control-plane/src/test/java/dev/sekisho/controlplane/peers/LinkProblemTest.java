package dev.sekisho.controlplane.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.SpiffeId.Role;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each way in which a dial goes wrong says so in the status, warns once however often it is tried, and is tried on.
class LinkProblemTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestClusters clusters = TestClusters.linked("osaka", "tokyo", "nara");

    @TempDir
    private Path state;

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private ControlPlaneOnLoopback start(TlsIdentity identity) {
        return new ControlPlaneOnLoopback(vertx, identity, state);
    }

    private void showsOneProblem(int port, String problem) {
        try (var log = LogLines.captured();
                var osaka = start(clusters.controlPlane("osaka"))) {
            osaka.linkedWith("tokyo", port);
            osaka.awaitProblem("tokyo", problem);
            Await.until(() -> assertThat(osaka.count(SyncMeter.DIALS, "failed")).isGreaterThanOrEqualTo(4));

            assertThat(osaka.status("tokyo").problem()).contains(problem);
            assertThat(osaka.status("tokyo").connected()).isFalse();
            assertThat(log.warnings("peer=\"tokyo\""))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains(problem);
            assertThat(osaka.exportsOf("tokyo").complete()).isFalse();
        }
    }

    private void showsOneProblemWith(TlsIdentity answering, String problem) {
        try (var other = start(answering)) {
            other.linkedWith("osaka");
            showsOneProblem(other.port(), problem);
        }
    }

    @Test
    void an_alert_of_the_peer_is_said_in_words() {
        var alert =
                new SSLHandshakeException("error:10000438:SSL routines:OPENSSL_internal:TLSV1_ALERT_INTERNAL_ERROR");

        var problem = LinkProblem.ofDial(new ClusterName("tokyo"), new HostPort("127.0.0.1", 7443), alert);

        assertThat(problem.kind()).isEqualTo(LinkProblem.Kind.OUR_CERTIFICATE_REFUSED);
        assertThat(problem.sentence())
                .startsWith("tokyo at 127.0.0.1:7443: the other side does not believe our certificate");
    }

    @Test
    void nobody_listens() {
        showsOneProblem(1, "tokyo at 127.0.0.1:1 refuses the connection; check that its gateway runs");
    }

    @Test
    void the_certificate_is_of_another_ca_than_the_one_in_the_peer_object() {
        showsOneProblemWith(
                clusters.foreignAuthority("tokyo", Role.CONTROL_PLANE), "not signed by a CA that we hold for tokyo");
    }

    @Test
    void the_certificate_has_expired() {
        showsOneProblemWith(clusters.expired("tokyo", Role.CONTROL_PLANE), "certificate expired since");
    }

    @Test
    void the_certificate_is_not_valid_yet() {
        showsOneProblemWith(clusters.notYetValid("tokyo", Role.CONTROL_PLANE), "certificate not valid before");
    }

    @Test
    void the_ca_that_we_were_given_has_expired() {
        var clock = InstantSource.fixed(Instant.parse("2024-02-02T12:00:00Z"));
        var authority = ClusterAuthority.create(TestClusters.domain("tokyo"), clock, Duration.ofDays(1));
        try (var osaka = start(clusters.controlPlane("osaka"))) {
            osaka.linkedWith("tokyo", 1, authority.bundle().pem());

            osaka.awaitProblem("tokyo", "the CA bundle of Peer tokyo expired on 2024-02-03T12:00:00Z");
        }
    }

    @Test
    void the_endpoint_is_that_of_another_linked_cluster() {
        showsOneProblemWith(
                clusters.controlPlane("nara"),
                "must be spiffe://tokyo.demo/control-plane, got spiffe://nara.demo/control-plane");
    }

    @Test
    void the_endpoint_is_a_gateway() {
        showsOneProblemWith(
                clusters.gateway("tokyo"),
                "must be spiffe://tokyo.demo/control-plane, got spiffe://tokyo.demo/gateway");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"})
    void the_endpoint_speaks_something_else(String greeting) {
        var server = Await.result(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(_ -> socket.write(Buffer.buffer(greeting))))
                .listen(0, "127.0.0.1"));

        showsOneProblem(server.actualPort(), "does not speak TLS");
    }

    @Test
    void the_endpoint_closes_at_once_as_a_gateway_does_whose_control_plane_is_down() {
        var server = Await.result(
                vertx.createNetServer().connectHandler(socket -> socket.close()).listen(0, "127.0.0.1"));

        showsOneProblem(
                server.actualPort(),
                "tokyo at 127.0.0.1:" + server.actualPort()
                        + " closes the connection in the handshake: if a gateway of tokyo answers there, its control"
                        + " plane is down; else it is not the public port of tokyo");
    }

    private void isTurnedAway(Function<TestClusters, TlsIdentity> identity, String problem) {
        try (var log = LogLines.captured();
                var tokyo = start(clusters.controlPlane("tokyo"));
                var osaka = start(identity.apply(clusters))) {
            tokyo.publish("shop/db");
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());

            osaka.awaitProblem("tokyo", "does not believe our certificate");
            Await.until(() -> assertThat(log.warnings("did not get through TLS"))
                    .first()
                    .asString()
                    .contains(problem));
            assertThat(osaka.exportsOf("tokyo").exports()).isEmpty();
            assertThat(tokyo.exportsOf("osaka").complete()).isFalse();
        }
    }

    @Test
    void our_certificate_has_expired() {
        isTurnedAway(clusters -> clusters.expired("osaka", Role.CONTROL_PLANE), "certificate expired since");
    }

    @Test
    void our_certificate_is_not_valid_yet() {
        isTurnedAway(clusters -> clusters.notYetValid("osaka", Role.CONTROL_PLANE), "certificate not valid before");
    }

    @Test
    void our_certificate_is_of_a_ca_that_the_peer_does_not_know() {
        isTurnedAway(clusters -> clusters.foreignAuthority("osaka", Role.CONTROL_PLANE), "not signed by a CA");
    }

    @Test
    void a_stolen_cluster_cannot_speak_for_another() {
        isTurnedAway(clusters -> clusters.speakingFor("osaka", "nara", Role.CONTROL_PLANE), "not signed by a CA");
    }

    @Test
    void a_gateway_that_dials_is_turned_away_with_the_reason() {
        try (var tokyo = start(clusters.controlPlane("tokyo"));
                var osaka = start(clusters.gateway("osaka"))) {
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());

            osaka.awaitProblem("tokyo", "tokyo closed the link: peer must be a control-plane");
        }
    }

    @Test
    void invariant_6_no_key_reaches_the_log_or_a_status() {
        var identity = clusters.expired("osaka", Role.CONTROL_PLANE);
        try (var log = LogLines.captured();
                var tokyo = start(clusters.controlPlane("tokyo"));
                var osaka = start(identity)) {
            tokyo.linkedWith("osaka");
            osaka.linkedWith("tokyo", tokyo.port());
            osaka.awaitProblem("tokyo", "does not believe our certificate");

            var said = log.containing("").toString()
                    + osaka.status("tokyo")
                    + tokyo.status("osaka")
                    + identity
                    + identity.leaf();

            var key = Base64.getEncoder().encodeToString(identity.leaf().key().getEncoded());
            assertThat(said).contains("expired").doesNotContain("PRIVATE KEY").doesNotContain(key.substring(48, 80));
        }
    }
}
