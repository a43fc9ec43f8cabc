package dev.sekisho.controlplane.clusterset.plan;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.udp;
import static dev.sekisho.controlplane.clusterset.TestView.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.clusterset.TestExport;
import dev.sekisho.controlplane.clusterset.TestView;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClusterSetPlanTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");

    private static ClusterSetPlan plan(TestView view, PeerExports... peers) {
        return TestPlan.of("tokyo", view, Optional.empty(), peers);
    }

    private static Import imported(ClusterSetPlan plan) {
        return Objects.requireNonNull(plan.imports().get(DB));
    }

    private static Condition condition(ClusterSetPlan plan, String type) {
        return Objects.requireNonNull(plan.exportConditions().get(DB)).stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void an_export_that_no_peer_is_told_of_or_that_a_peer_refuses_is_not_ready_and_says_which_and_why() {
        var plan = plan(view().service("shop/db", tcp("redis", 6379)).export("shop/db"));
        var osaka = new ClusterName("osaka");

        assertThat(condition(plan.told(Map.of(), Map.of(osaka, Map.of())), "Ready")
                        .status())
                .isEqualTo("True");
        var untold = plan.told(Map.of(DB, "ports must be at most 512, got 600"), Map.of());
        assertThat(condition(untold, "Ready"))
                .isEqualTo(new Condition(
                        "Ready",
                        "False",
                        "BeyondLimit",
                        "No linked cluster is told of it: ports must be at most 512, got 600."));
        var refused = plan.told(Map.of(), Map.of(osaka, Map.of(DB, "ports must be at most 128, got 129")));
        assertThat(condition(refused, "Ready"))
                .isEqualTo(new Condition(
                        "Ready",
                        "False",
                        "RefusedByPeer",
                        "Cluster osaka does not import it: ports must be at most 128, got 129."));
        assertThat(condition(refused, "Valid").status()).isEqualTo("True");
        assertThat(condition(refused.told(Map.of(), Map.of()), "Conflict").status())
                .isEqualTo("False");
    }

    /// What the conformance suite of mcs-api v0.5.0 requires, as far as it is decided here. Each cluster is planned by
    /// itself, with the other one as its peer.
    @Nested
    class RequiredByMcsConformance {
        private static final ServicePort SCTP = new ServicePort("stcp", Transport.SCTP, 142, Optional.empty());

        private TestView exporting(ServicePort... ports) {
            return view().peer("osaka").service("shop/db", ports).export("shop/db");
        }

        @Test
        void an_import_exists_as_long_as_one_cluster_exports() {
            var both = plan(
                    exporting(tcp("tcp", 42)),
                    TestExport.all("osaka", exportOf("osaka").build()));
            var theirs = plan(
                    exporting(tcp("tcp", 42)).withoutExport("shop/db"),
                    TestExport.all("osaka", exportOf("osaka").build()));
            var none = plan(exporting(tcp("tcp", 42)).withoutExport("shop/db"), TestExport.all("osaka"));

            assertThat(both.imports()).containsOnlyKeys(DB);
            assertThat(theirs.imports()).containsOnlyKeys(DB);
            assertThat(none.imports()).isEmpty();
        }

        @Test
        void a_cluster_ip_service_is_imported_as_cluster_set_ip_by_exporter_and_peer() {
            var exporter = plan(exporting(tcp("tcp", 42)));
            var peer = plan(
                    view().peer("osaka"),
                    TestExport.all("osaka", exportOf("osaka").build()));

            assertThat(condition(exporter, "Valid").status()).isEqualTo("True");
            assertThat(condition(exporter, "Valid").reason()).isEqualTo("Valid");
            assertThat(imported(exporter).headless()).isFalse();
            assertThat(imported(peer).headless()).isFalse();
        }

        @Test
        void session_affinity_and_its_config_are_those_of_the_service() {
            var traits = imported(plan(
                            view().peer("osaka"),
                            TestExport.all(
                                    "osaka",
                                    exportOf("osaka")
                                            .sessionAffinity("ClientIP", 10)
                                            .build())))
                    .traits();

            assertThat(traits.sessionAffinity()).isEqualTo("ClientIP");
            assertThat(traits.sessionAffinityTimeoutSeconds()).contains(10);
        }

        @Test
        void the_internal_traffic_policy_is_that_of_the_service() {
            assertThat(imported(plan(exporting(tcp("tcp", 42)))).traits().internalTrafficPolicy())
                    .contains("Cluster");
        }

        @Test
        void the_traffic_distribution_is_that_of_the_service() {
            var plan = plan(
                    view().peer("osaka"),
                    TestExport.all(
                            "osaka",
                            exportOf("osaka").trafficDistribution("PreferClose").build()));

            assertThat(imported(plan).traits().trafficDistribution()).contains("PreferClose");
        }

        @Test
        void every_family_of_the_import_has_an_address() {
            var traits = exportOf("osaka").ipFamilies("IPv6", "IPv4").build();

            var imported = imported(plan(view().peer("osaka"), TestExport.all("osaka", traits)));

            assertThat(imported.traits().ipFamilies()).containsExactly("IPv6", "IPv4");
            assertThat(imported.ips()).extracting(Addresses::family).containsExactly("IPv6", "IPv4");
        }

        @Test
        void the_ports_are_those_of_the_service() {
            assertThat(imported(plan(exporting(tcp("tcp", 42), udp("udp", 42)))).ports())
                    .containsExactly(tcp("tcp", 42), udp("udp", 42));
        }

        @Test
        void ports_are_the_union_and_the_conflict_is_on_both_exports() {
            var ours = exportOf("tokyo").ports(tcp("tcp", 42), udp("udp", 42)).build();
            var theirs =
                    exportOf("osaka").younger(2).ports(tcp("tcp", 42), SCTP).build();

            var tokyo = plan(exporting(tcp("tcp", 42), udp("udp", 42)), TestExport.all("osaka", theirs));
            var osaka = TestPlan.of(
                    "osaka",
                    view().peer("tokyo")
                            .service("shop/db", tcp("tcp", 42), SCTP)
                            .export("shop/db", theirs.createdAt(), Map.of(), Map.of()),
                    Optional.empty(),
                    TestExport.all("tokyo", ours));

            assertThat(condition(tokyo, "Conflict").status()).isEqualTo("True");
            assertThat(condition(osaka, "Conflict")).isEqualTo(condition(tokyo, "Conflict"));
            assertThat(imported(tokyo).ports()).containsExactly(tcp("tcp", 42), udp("udp", 42), SCTP);
            assertThat(imported(osaka).ports()).isEqualTo(imported(tokyo).ports());
        }

        @Test
        void a_conflicting_port_is_that_of_the_oldest() {
            var plan = plan(
                    exporting(tcp("tcp", 42), udp("udp", 42)),
                    TestExport.all(
                            "osaka",
                            exportOf("osaka").younger(2).ports(tcp("tcp", 43)).build()));

            assertThat(condition(plan, "Conflict").reason()).isEqualTo("PortConflict");
            assertThat(imported(plan).ports()).containsExactly(tcp("tcp", 42), udp("udp", 42));
        }

        @Test
        void a_headless_service_is_imported_as_headless_without_addresses_but_with_families() {
            var imported =
                    imported(plan(view().service("shop/db", ServiceKind.HEADLESS, TestView.TRAITS, tcp("tcp", 42))
                            .export("shop/db")));

            assertThat(imported.headless()).isTrue();
            assertThat(imported.ips()).isEmpty();
            assertThat(imported.traits().ipFamilies()).containsExactly("IPv4");
        }

        @Test
        void an_external_name_is_not_valid_and_not_imported() {
            var plan = plan(view().service("shop/db", ServiceKind.EXTERNAL_NAME, TestView.TRAITS)
                    .export("shop/db"));

            assertThat(condition(plan, "Valid").status()).isEqualTo("False");
            assertThat(plan.imports()).isEmpty();
        }

        @Test
        void of_conflicting_headlessness_the_oldest_decides() {
            var plan = plan(
                    exporting(tcp("redis", 6379)),
                    TestExport.all(
                            "osaka", exportOf("osaka").younger(2).headless().build()));

            assertThat(condition(plan, "Conflict").reason()).isEqualTo("TypeConflict");
            assertThat(imported(plan).headless()).isFalse();
        }

        @Test
        void only_exported_labels_and_annotations_reach_the_import() {
            var imported = imported(plan(view().service("shop/db", tcp("tcp", 42))
                    .export("shop/db", TestView.LONG_AGO, Map.of("a", "1"), Map.of("b", "2"))));

            assertThat(imported.labels()).isEqualTo(Map.of("a", "1"));
            assertThat(imported.annotations()).isEqualTo(Map.of("b", "2"));
        }

        @Test
        void a_service_that_is_not_exported_is_not_reachable() {
            var plan = plan(view().service("shop/db", tcp("tcp", 42)));

            assertThat(plan.imports()).isEmpty();
            assertThat(plan.routes()).doesNotContainKeys("import/shop/db", "export/shop/db");
        }
    }

    @Test
    void an_import_exists_only_where_its_namespace_does() {
        var exports =
                TestExport.all("osaka", exportOf("osaka").of("bank/ledger").build());

        assertThat(plan(view().peer("osaka"), exports).imports()).isEmpty();
        assertThat(plan(view().peer("osaka").namespace("bank", Map.of()), exports)
                        .imports())
                .containsOnlyKeys(ServiceName.parse("bank/ledger"));
    }

    @Test
    void what_an_expelled_peer_exported_goes() {
        var exports = TestExport.all("osaka", exportOf("osaka").build());
        var linked = plan(view().peer("osaka"), exports);

        var expelled = TestPlan.of("tokyo", view(), Optional.of(linked), exports);

        assertThat(linked.imports()).containsOnlyKeys(DB);
        assertThat(linked.routes()).containsKeys("import/shop/db", "peer/osaka");
        assertThat(expelled.imports()).isEmpty();
        assertThat(expelled.routes()).doesNotContainKeys("import/shop/db", "peer/osaka");
    }

    @Test
    void invariant_1_a_written_import_is_held_while_a_peer_has_not_been_heard() {
        var view = view().peer("osaka").peer("nagoya").written("shop/db", "127.66.1.9");

        var nobody = plan(view);
        var one = plan(view, TestExport.all("nagoya"), TestExport.some("osaka"));
        var both = TestPlan.of("tokyo", view, Optional.of(one), TestExport.all("nagoya"), TestExport.all("osaka"));

        assertThat(nobody.held()).containsExactly(DB);
        assertThat(one.held()).containsExactly(DB);
        assertThat(both.held()).isEmpty();
    }

    @Test
    void invariant_1_an_unheard_peer_does_not_hold_what_was_withdrawn_since() {
        var view = view().peer("osaka").service("shop/db", tcp("tcp", 42)).export("shop/db");
        var exported = plan(view);

        var withdrawn = TestPlan.of(
                "tokyo", view.withoutExport("shop/db").written("shop/db", "127.66.1.9"), Optional.of(exported));

        assertThat(exported.imports()).containsOnlyKeys(DB);
        assertThat(withdrawn.held()).isEmpty();
        assertThat(withdrawn.imports()).isEmpty();
    }

    @Test
    void an_address_stays_from_plan_to_plan_and_over_a_restart() {
        var exports = TestExport.all("osaka", exportOf("osaka").build());
        var first = plan(view().peer("osaka").written("shop/db", "127.66.1.9"), exports);
        var second = TestPlan.of("tokyo", view().peer("osaka"), Optional.of(first), exports);

        assertThat(imported(first).ips()).isEqualTo(TestView.ips("127.66.1.9"));
        assertThat(imported(second).ips()).isEqualTo(TestView.ips("127.66.1.9"));
    }

    @Test
    void an_import_that_gets_no_address_says_so() {
        var rules = TestPlan.rules("tokyo", List.of());
        var exports = TestExport.all("osaka", exportOf("osaka").build());

        var plan = ClusterSetPlan.of(
                rules, view().peer("osaka").build(), Map.of(new ClusterName("osaka"), exports), Optional.empty());

        assertThat(imported(plan).ips()).isEmpty();
        assertThat(Objects.requireNonNull(plan.importConditions().get(DB)))
                .extracting(Condition::status, Condition::reason)
                .containsExactly(tuple("False", "IPFamilyNotSupported"));
    }

    @Test
    void an_exhausted_pool_is_a_condition_and_is_counted() {
        var rules = TestPlan.rules("tokyo", List.of(Cidr.parse("127.66.1.1/32")));
        var exports = TestExport.all(
                "osaka",
                exportOf("osaka").of("shop/a").build(),
                exportOf("osaka").of("shop/b").build());

        var plan = ClusterSetPlan.of(
                rules, view().peer("osaka").build(), Map.of(new ClusterName("osaka"), exports), Optional.empty());

        assertThat(plan.outOfRoom()).hasSize(1);
        var name = plan.outOfRoom().iterator().next();
        assertThat(Objects.requireNonNull(plan.importConditions().get(name))
                        .getFirst()
                        .reason())
                .isEqualTo("Pending");
    }

    @Test
    void a_headless_import_whose_endpoints_do_not_all_fit_into_a_dns_answer_says_so() {
        assertThat(readiness(headless(800)))
                .isEqualTo(
                        new Condition("Ready", "True", "Ready", "The names of its endpoints resolve in this cluster."));
        assertThat(readiness(headless(1200)).message())
                .contains("of its 1200 SRV records fit into one DNS answer")
                .doesNotContain("addresses");
        assertThat(readiness(headless(5000)).message())
                .contains("no more than 4092 of its 5000 IPv4 addresses, about ")
                .contains(" of its 5000 SRV records fit into one DNS answer");
        assertThat(readiness(headless(5000)).status()).isEqualTo("True");
    }

    private static Condition readiness(Export export) {
        var plan = plan(view().peer("osaka"), TestExport.all("osaka", export));
        return Objects.requireNonNull(plan.importConditions().get(DB)).getFirst();
    }

    private static Export headless(int count) {
        return exportOf("osaka")
                .headless(IntStream.range(0, count)
                        .mapToObj(i -> new Hostname("db-" + i, TestView.ips("10.1." + i / 256 + "." + i % 256)))
                        .toArray(Hostname[]::new))
                .build();
    }

    @Test
    void a_headless_import_without_told_families_has_those_of_its_endpoints() {
        var export = exportOf("osaka")
                .headless(new Hostname("db-0", TestView.ips("2001:db8::1")))
                .ipFamilies()
                .build();

        assertThat(imported(plan(view().peer("osaka"), TestExport.all("osaka", export)))
                        .traits()
                        .ipFamilies())
                .containsExactly("IPv6");
    }
}
