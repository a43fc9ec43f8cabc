package dev.sekisho.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/// Tokyo exports and has the last word; osaka refuses early by what it knows of tokyo's rules.
class EarlyRefusalTest {
    private static byte echoed(Socket client) throws IOException {
        client.getOutputStream().write(7);
        return (byte) client.getInputStream().read();
    }

    private static void inForce(TwoGateways gateways, Policy policy) {
        gateways.tokyo.tables.policies(policy);
        gateways.tokyo.replaceRoutes();
    }

    private static void published(TwoGateways gateways, PolicyMode mode, Policy policy) {
        gateways.osaka.tables.published(mode, policy).imports("tokyo");
        gateways.osaka.replaceRoutes();
    }

    @Test
    void a_caller_that_the_published_rules_deny_is_refused_without_asking_the_exporter() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            inForce(gateways, Policies.onlyFor("frontend"));
            published(gateways, PolicyMode.ENFORCE, Policies.onlyFor("frontend"));

            assertThat(gateways.isReset(TwoGateways.STRANGER)).isTrue();

            assertThat(gateways.osaka.streams.only().outcome())
                    .isInstanceOfSatisfying(StreamOutcome.Refused.class, refused -> {
                        assertThat(refused.by()).isEqualTo(Direction.INGRESS);
                        assertThat(refused.why()).startsWith("shop/db-ingress: as published by cluster tokyo: ");
                    });
            assertThat(gateways.tokyo.streams.started()).isZero();
            try (var frontend = gateways.call()) {
                assertThat(echoed(frontend)).isEqualTo((byte) 7);
            }
        }
    }

    @Test
    void a_datagram_that_the_published_rules_deny_does_not_leave_its_cluster() throws IOException {
        try (var backend = UdpWorkload.echo();
                var gateways = new TwoGateways.Plan().port(Tables.DATAGRAMS).with(backend.address())) {
            published(gateways, PolicyMode.ENFORCE, Policies.onlyFor("frontend"));

            try (var stranger = new UdpPod(TwoGateways.STRANGER, gateways.osaka.importAddress())) {
                stranger.send((byte) 7);

                assertThat(gateways.osaka.streams.only().outcome())
                        .isInstanceOfSatisfying(
                                StreamOutcome.Refused.class,
                                refused -> assertThat(refused.by()).isEqualTo(Direction.INGRESS));
            }
            assertThat(gateways.tokyo.streams.started()).isZero();
            assertThat(backend.received()).isZero();
        }
    }

    @Test
    void what_published_rules_allow_is_for_the_exporter_to_decide() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            inForce(gateways, Policies.onlyFor("frontend"));
            published(gateways, PolicyMode.ENFORCE, Policies.onlyFor("stranger")); // as it was before

            assertThat(gateways.isReset(TwoGateways.STRANGER)).isTrue();

            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("refused");
            assertThat(gateways.osaka.streams.only().outcome())
                    .isInstanceOfSatisfying(
                            StreamOutcome.Refused.class,
                            refused -> assertThat(refused.why()).doesNotContain("published"));
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void what_the_exporter_only_audits_is_let_through_to_be_audited_there() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address())) {
            gateways.tokyo.tables.policyMode(PolicyMode.AUDIT);
            inForce(gateways, Policies.onlyFor("frontend"));
            published(gateways, PolicyMode.AUDIT, Policies.onlyFor("frontend"));

            try (var stranger = gateways.callFrom(TwoGateways.STRANGER)) {
                assertThat(echoed(stranger)).isEqualTo((byte) 7);
            }

            assertThat(gateways.tokyo.streams.only().audited()).isPresent();
            assertThat(gateways.osaka.streams.only().audited()).isEmpty();
        }
    }

    @Test
    void a_change_of_the_published_rules_ends_a_stream_that_they_now_deny() throws IOException {
        try (var backend = Workload.echo();
                var gateways = TwoGateways.with(backend.address());
                var frontend = gateways.call();
                var stranger = gateways.callFrom(TwoGateways.STRANGER)) {
            assertThat(echoed(frontend)).isEqualTo((byte) 7);
            assertThat(echoed(stranger)).isEqualTo((byte) 7);

            published(gateways, PolicyMode.ENFORCE, Policies.onlyFor("frontend"));

            assertThat(gateways.osaka.streams.only().outcome())
                    .isInstanceOfSatisfying(StreamOutcome.PolicyChanged.class, changed -> {
                        assertThat(changed.by()).isEqualTo(Direction.INGRESS);
                        assertThat(changed.why()).contains("as published by cluster tokyo");
                    });
            assertThat(gateways.tokyo.streams.only().outcome().label()).isEqualTo("policy_changed");
            assertThat(echoed(frontend)).isEqualTo((byte) 7);
        }
    }

    @Test
    void where_one_cluster_would_refuse_another_one_is_called() throws IOException {
        try (var here = Workload.echo();
                var there = Workload.echo();
                var gateways = TwoGateways.with(there.address())) {
            gateways.osaka.tables.exports(here.address());
            gateways.osaka
                    .tables
                    .published(PolicyMode.ENFORCE, Policies.onlyFor("frontend"))
                    .imports("tokyo", "osaka");
            gateways.osaka.replaceRoutes();

            try (var stranger = gateways.callFrom(TwoGateways.STRANGER)) {
                assertThat(echoed(stranger)).isEqualTo((byte) 7);
            }

            assertThat(here.accepted()).isEqualTo(1);
            assertThat(gateways.tokyo.streams.started()).isZero();
        }
    }
}
