package dev.sekisho.controlplane.clusterset;

import static dev.sekisho.controlplane.clusterset.TestExport.exportOf;
import static dev.sekisho.controlplane.clusterset.TestView.tcp;
import static dev.sekisho.controlplane.clusterset.TestView.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MergedServiceTest {
    private static MergedService merge(TestExport... exports) {
        return MergedService.merge(Stream.of(exports).map(TestExport::build).toList());
    }

    @Test
    void the_oldest_export_decides_whatever_the_order_they_are_heard_in() {
        var tokyo = exportOf("tokyo").younger(1).trafficDistribution("PreferClose");
        var osaka = exportOf("osaka").younger(0);

        assertThat(merge(tokyo, osaka).oldest().cluster()).isEqualTo(new ClusterName("osaka"));
        assertThat(merge(osaka, tokyo)).isEqualTo(merge(tokyo, osaka));
    }

    @Test
    void the_cluster_name_decides_between_exports_of_the_same_second() {
        assertThat(merge(exportOf("tokyo"), exportOf("osaka")).oldest().cluster())
                .isEqualTo(new ClusterName("osaka"));
    }

    @Test
    void exports_that_agree_have_no_conflict() {
        var conflict = merge(exportOf("tokyo"), exportOf("osaka").younger(5)).conflict();

        assertThat(conflict.status()).isEqualTo("False");
        assertThat(conflict.reason()).isEqualTo("NoConflicts");
    }

    @Test
    void ports_that_only_some_clusters_have_are_all_exposed() {
        var merged = merge(
                exportOf("tokyo").ports(tcp("tcp", 42), udp("udp", 42)),
                exportOf("osaka")
                        .younger(1)
                        .ports(tcp("tcp", 42), new ServicePort("stcp", Transport.SCTP, 142, Optional.empty())));

        assertThat(merged.ports())
                .containsExactly(
                        tcp("tcp", 42), udp("udp", 42), new ServicePort("stcp", Transport.SCTP, 142, Optional.empty()));
        assertThat(merged.conflict().reason()).isEqualTo("PortConflict");
    }

    @Test
    void of_two_ports_with_one_name_the_oldest_stays() {
        var merged = merge(
                exportOf("tokyo").ports(tcp("tcp", 42), udp("udp", 42)),
                exportOf("osaka").younger(1).ports(tcp("tcp", 43)));

        assertThat(merged.ports()).containsExactly(tcp("tcp", 42), udp("udp", 42));
        assertThat(merged.conflict().message())
                .isEqualTo("Conflicting ports. Using \"tcp:42/TCP,udp:42/UDP\" from oldest service export in \"tokyo\","
                        + " but not \"tcp:43/TCP\" of \"osaka\", which cannot be called: an older export has the name."
                        + " 1/2 clusters disagree.");
    }

    @Test
    void of_two_names_for_one_port_the_oldest_stays() {
        var merged = merge(
                exportOf("tokyo").ports(tcp("web", 80)),
                exportOf("osaka").younger(1).ports(tcp("http", 80), tcp("https", 443)));

        assertThat(merged.ports()).containsExactly(tcp("web", 80), tcp("https", 443));
        assertThat(merged.conflict().message())
                .contains("in \"tokyo\", and what the others add. 1/2")
                .doesNotContain("cannot be called");
    }

    @Test
    void invariant_5_ports_of_many_clusters_are_bounded_and_the_message_says_which_are_left_out() {
        var many = IntStream.rangeClosed(1, MergedService.MOST_PORTS)
                .mapToObj(number -> tcp("a-" + number, number))
                .toArray(ServicePort[]::new);
        var merged = merge(
                exportOf("tokyo").ports(many), exportOf("osaka").younger(1).ports(tcp("more", 9999)));

        assertThat(merged.ports()).containsExactly(many);
        assertThat(merged.conflict().message()).contains("\"more:9999/TCP\" of \"osaka\"", "there are 512 already");
    }

    @Test
    void an_unnamed_port_counts_as_a_name() {
        var merged = merge(
                exportOf("tokyo").ports(tcp("", 80)),
                exportOf("osaka").younger(1).ports(tcp("", 81)));

        assertThat(merged.ports()).containsExactly(tcp("", 80));
    }

    @Test
    void every_source_keeps_exactly_its_own_ports() {
        var merged = merge(
                exportOf("tokyo").ports(tcp("tcp", 42)),
                exportOf("osaka").younger(1).ports(tcp("tcp2", 4242)));

        assertThat(merged.sources())
                .extracting(source -> source.ports().stream()
                        .map(port -> port.port().number())
                        .toList())
                .containsExactly(List.of(42), List.of(4242));
    }

    static Stream<List<Object>> conflicts() {
        return Stream.of(
                List.of("TypeConflict", exportOf("osaka").headless()),
                List.of("PortConflict", exportOf("osaka").ports(tcp("redis", 6380))),
                List.of(
                        "SessionAffinityConflict,SessionAffinityConfigConflict",
                        exportOf("osaka").sessionAffinity("ClientIP", 10)),
                List.of("LabelsConflict", exportOf("osaka").labels(Map.of("team", "b"))),
                List.of("AnnotationsConflict", exportOf("osaka").annotations(Map.of("note", "b"))),
                List.of("InternalTrafficPolicyConflict", exportOf("osaka").internalTrafficPolicy("Local")),
                List.of("TrafficDistributionConflict", exportOf("osaka").trafficDistribution("PreferClose")),
                List.of(
                        "TypeConflict,LabelsConflict",
                        exportOf("osaka").headless().labels(Map.of("team", "b"))));
    }

    @ParameterizedTest
    @MethodSource("conflicts")
    void what_exports_disagree_about_is_the_reason(List<Object> expected) {
        var merged = merge(exportOf("tokyo"), ((TestExport) expected.getLast()).younger(1));

        assertThat(merged.conflict().status()).isEqualTo("True");
        assertThat(merged.conflict().reason()).isEqualTo(expected.getFirst());
    }

    @Test
    void a_different_timeout_alone_is_a_conflict_of_the_affinity_config() {
        var merged = merge(
                exportOf("tokyo").sessionAffinity("ClientIP", 10),
                exportOf("osaka").younger(1).sessionAffinity("ClientIP", 20));

        assertThat(merged.conflict().reason()).isEqualTo("SessionAffinityConfigConflict");
        assertThat(merged.conflict().message()).contains("Using \"10 s\"");
    }

    @Test
    void families_are_a_conflict_where_a_name_would_resolve_to_different_pods() {
        var merged = merge(
                exportOf("tokyo").headless().ipFamilies("IPv4"),
                exportOf("osaka").younger(1).headless().ipFamilies("IPv6"));

        assertThat(merged.conflict().reason()).isEqualTo("IPFamilyConflict");
    }

    @Test
    void families_are_no_conflict_where_the_gateway_speaks_either() {
        var merged = merge(
                exportOf("tokyo").ipFamilies("IPv4"),
                exportOf("osaka").younger(1).ipFamilies("IPv6"));

        assertThat(merged.hasConflict()).isFalse();
    }

    @Test
    void the_message_says_what_is_in_force_whose_it_is_and_how_many_disagree() {
        var merged = merge(
                exportOf("cluster-1"),
                exportOf("cluster-2").younger(1).headless(),
                exportOf("cluster-3").younger(2),
                exportOf("cluster-4").younger(3).headless(),
                exportOf("cluster-5").younger(4));

        assertThat(merged.conflict().message())
                .isEqualTo("Conflicting type. Using \"ClusterSetIP\" from oldest service export in \"cluster-1\"."
                        + " 2/5 clusters disagree.");
    }

    @Test
    void a_long_value_does_not_make_a_long_message() {
        var merged = merge(
                exportOf("tokyo").annotations(Map.of("note", "x".repeat(100_000))),
                exportOf("osaka").younger(1));

        assertThat(merged.conflict().message()).hasSizeLessThan(500);
    }
}
