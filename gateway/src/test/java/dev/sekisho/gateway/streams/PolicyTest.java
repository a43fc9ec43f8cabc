package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.gateway.routes.RouteTable.Listener;
import dev.sekisho.gateway.streams.StreamSettings.DenyResponse;
import dev.sekisho.gateway.streams.StreamSettings.EnforceOn;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.tunnel.v1.Refused;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
    private static boolean isReset(Socket client) throws IOException {
        try {
            client.getOutputStream().write(1);
            throw new AssertionError(
                    "expected a reset, got " + client.getInputStream().read());
        } catch (SocketException e) {
            return true;
        }
    }

    private static byte echoed(Socket client) throws IOException {
        client.getOutputStream().write(7);
        return (byte) client.getInputStream().read();
    }

    @Test
    void invariant_3_a_stream_that_ingress_denies_never_reaches_a_backend() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            gateways.tokyo.tables.policies(Policies.onlyFor("frontend"));
            gateways.tokyo.replaceRoutes();

            assertThat(gateways.isReset(TwoGateways.STRANGER)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome())
                    .isInstanceOfSatisfying(StreamOutcome.Refused.class, refused -> {
                        assertThat(refused.by()).isEqualTo(Direction.INGRESS);
                        assertThat(refused.why()).contains("shop/db-ingress");
                    });
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("refused");
            assertThat(backend.accepted()).isZero();
            try (var frontend = gateways.call()) {
                assertThat(echoed(frontend)).isEqualTo((byte) 7);
            }
        }
    }

    @Test
    void where_policy_is_audited_a_denial_is_told_and_let_through() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            gateways.tokyo.tables.policies(Policies.onlyFor("frontend")).policyMode(PolicyMode.AUDIT);
            gateways.osaka.tables.policies(Policies.noCallsBy("stranger")).policyMode(PolicyMode.AUDIT);
            gateways.tokyo.replaceRoutes();
            gateways.osaka.replaceRoutes();

            try (var stranger = gateways.callFrom(TwoGateways.STRANGER)) {
                assertThat(echoed(stranger)).isEqualTo((byte) 7);
            }

            assertThat(gateways.osaka.streams.only().audited())
                    .hasValueSatisfying(audited -> assertThat(audited.by()).isEqualTo(Direction.EGRESS));
            assertThat(gateways.tokyo.streams.only().audited()).hasValueSatisfying(audited -> {
                assertThat(audited.by()).isEqualTo(Direction.INGRESS);
                assertThat(audited.why()).contains("shop/db-ingress");
            });
        }
    }

    @Test
    void invariant_3_a_stream_that_egress_denies_does_not_even_leave_its_cluster() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            gateways.osaka.tables.policies(Policies.noCallsBy("stranger"));
            gateways.osaka.replaceRoutes();

            assertThat(gateways.isReset(TwoGateways.STRANGER)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome())
                    .isInstanceOfSatisfying(
                            StreamOutcome.Refused.class,
                            refused -> assertThat(refused.by()).isEqualTo(Direction.EGRESS));
            assertThat(gateways.tokyo.streams.started()).isZero();
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void invariant_3_an_address_that_is_no_pod_of_this_cluster_is_refused() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            assertThat(gateways.isReset(TwoGateways.UNKNOWN)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome())
                    .isEqualTo(new StreamOutcome.UnknownCaller(TwoGateways.UNKNOWN));
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void invariant_3_a_port_that_the_export_does_not_expose_is_never_connected() throws IOException {
        var metrics = new PortKey(Transport.TCP, 9121);
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            gateways.osaka.tables.imports(List.of(new Listener(Loopback.address("127.0.0.1"), 0, metrics)), List.of());
            var before = gateways.osaka.importAddress();
            gateways.osaka.replaceRoutes();
            Until.holds(
                    "the listener for the other port",
                    () -> gateways.osaka.imports().listening().size() == 1
                            && !gateways.osaka.importAddress().equals(before));

            assertThat(gateways.isReset(TwoGateways.FRONTEND)).isTrue();
            try (var lane = RawLane.greeted(gateways.clusters.gateway("osaka"), gateways.tokyo.address())) {
                lane.send(
                        FrameType.OPEN,
                        RawLane.open().setServicePort(metrics.number()).build());
                var refused = Refused.parseFrom(lane.receive().payload());
                assertThat(refused.getCode()).isEqualTo(Refused.Code.CODE_NOT_EXPORTED);
            }

            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("not_exported");
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("not_exported");
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void a_change_of_the_exporters_rules_ends_a_stream_that_is_now_denied() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var frontend = gateways.call();
                var stranger = gateways.callFrom(TwoGateways.STRANGER)) {
            assertThat(echoed(frontend)).isEqualTo((byte) 7);
            assertThat(echoed(stranger)).isEqualTo((byte) 7);

            gateways.tokyo.tables.policies(Policies.onlyFor("frontend"));
            gateways.tokyo.replaceRoutes();

            assertThat(gateways.tokyo.streams.only().outcome())
                    .isInstanceOfSatisfying(StreamOutcome.PolicyChanged.class, changed -> {
                        assertThat(changed.by()).isEqualTo(Direction.INGRESS);
                        assertThat(changed.why()).contains("shop/db-ingress");
                    });
            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("policy_changed");
            assertThat(isReset(stranger)).isTrue();
            assertThat(echoed(frontend)).isEqualTo((byte) 7);
        }
    }

    @Test
    void a_change_of_the_callers_rules_ends_a_stream_that_is_now_denied() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var frontend = gateways.call()) {
            assertThat(echoed(frontend)).isEqualTo((byte) 7);

            gateways.osaka.tables.policies(Policies.noCallsBy("frontend"));
            gateways.osaka.replaceRoutes();

            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("policy_changed");
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("policy_changed");
            assertThat(isReset(frontend)).isTrue();
        }
    }

    @Test
    void rules_enforced_on_connection_leave_open_streams_alone() throws IOException {
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .tokyoStreams(StreamSettings.DEFAULTS.withEnforceOn(EnforceOn.CONNECTION))
                        .with(backend.address());
                var stranger = gateways.callFrom(TwoGateways.STRANGER)) {
            assertThat(echoed(stranger)).isEqualTo((byte) 7);

            gateways.tokyo.tables.policies(Policies.onlyFor("frontend"));
            gateways.tokyo.replaceRoutes();
            assertThat(gateways.isReset(TwoGateways.STRANGER)).isTrue();

            assertThat(echoed(stranger)).isEqualTo((byte) 7);
        }
    }

    @Test
    void a_caller_that_becomes_known_in_time_is_let_through_with_what_it_said_meanwhile() throws IOException {
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .osakaStreams(StreamSettings.DEFAULTS.withCallerWait(Duration.ofMinutes(1)))
                        .with(backend.address());
                var newcomer = gateways.callFrom(TwoGateways.UNKNOWN)) {
            newcomer.getOutputStream().write(7);
            Until.holds("the newcomer to be accepted", () -> gateways.osaka.streams.started() == 1);

            gateways.osaka.tables.pod("shop", "newcomer", Map.of("role", "frontend"), TwoGateways.UNKNOWN);
            gateways.osaka.replaceRoutes();

            assertThat(newcomer.getInputStream().read()).isEqualTo(7);
            assertThat(echoed(newcomer)).isEqualTo((byte) 7);
        }
    }

    @Test
    void a_newcomer_that_policy_denies_is_refused_as_soon_as_it_is_known() throws IOException {
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .osakaStreams(StreamSettings.DEFAULTS.withCallerWait(Duration.ofMinutes(1)))
                        .with(backend.address());
                var newcomer = gateways.callFrom(TwoGateways.UNKNOWN)) {
            Until.holds("the newcomer to be accepted", () -> gateways.osaka.streams.started() == 1);

            gateways.osaka.tables.policies(Policies.noCallsBy("stranger"));
            gateways.osaka.tables.pod("shop", "newcomer", Map.of("role", "stranger"), TwoGateways.UNKNOWN);
            gateways.osaka.replaceRoutes();

            assertThat(isReset(newcomer)).isTrue();
            assertThat(gateways.osaka.streams.only().outcome()).isInstanceOf(StreamOutcome.Refused.class);
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void invariant_3_a_caller_that_stays_unknown_is_refused_in_the_end() throws IOException {
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .osakaStreams(StreamSettings.DEFAULTS.withCallerWait(Duration.ofMillis(50)))
                        .with(backend.address())) {
            assertThat(gateways.isReset(TwoGateways.UNKNOWN)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome())
                    .isEqualTo(new StreamOutcome.UnknownCaller(TwoGateways.UNKNOWN));
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void a_denied_client_is_left_unanswered_when_that_is_asked_for() throws IOException {
        try (var backend = Workload.echo();
                var gateways = new TwoGateways.Plan()
                        .osakaStreams(StreamSettings.DEFAULTS.withDeny(DenyResponse.DROP))
                        .with(backend.address());
                var nobody = gateways.callFrom(TwoGateways.UNKNOWN)) {
            assertThat(gateways.osaka.streams.only().outcome().label()).isEqualTo("unknown_caller");
            nobody.setSoTimeout(200);

            assertThatThrownBy(() -> isReset(nobody)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void this_clusters_own_backends_are_called_first_and_both_directions_are_judged() throws IOException {
        try (var here = Workload.echo();
                var there = Workload.echo();
                var gateways = TwoGateways.with(there.address())) {
            gateways.osaka.tables.exports(here.address()).imports("osaka", "tokyo");
            gateways.osaka.replaceRoutes();

            try (var client = gateways.call()) {
                assertThat(echoed(client)).isEqualTo((byte) 7);
            }
            gateways.osaka.tables.policies(Policies.onlyFor("frontend"));
            gateways.osaka.replaceRoutes();
            try (var stranger = gateways.callFrom(TwoGateways.STRANGER)) {
                assertThat(echoed(stranger)).isEqualTo((byte) 7);
            }

            assertThat(here.accepted()).isEqualTo(1);
            assertThat(there.accepted()).isEqualTo(1);
            assertThat(gateways.osaka.streams.all(2))
                    .extracting(stream -> stream.destination().orElseThrow())
                    .containsExactlyInAnyOrder(gateways.osaka.cluster(), gateways.tokyo.cluster());
        }
    }
}
