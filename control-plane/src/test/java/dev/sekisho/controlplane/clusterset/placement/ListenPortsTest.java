package dev.sekisho.controlplane.clusterset.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.PortRange;
import dev.sekisho.controlplane.clusterset.placement.ListenPorts.Allocation;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListenPortsTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final ServiceName WEB = ServiceName.parse("shop/web");
    private static final PortKey REDIS = new PortKey(Transport.TCP, 6379);
    private static final PortKey DNS_TCP = new PortKey(Transport.TCP, 53);
    private static final PortKey DNS_UDP = new PortKey(Transport.UDP, 53);

    private static ListenPorts range(int first, int last) {
        return new ListenPorts(new PortRange(first, last));
    }

    private static Map<ServiceName, List<PortKey>> many(int count) {
        var wanted = new HashMap<ServiceName, List<PortKey>>();
        IntStream.range(0, count).forEach(i -> wanted.put(ServiceName.parse("shop/s" + i), List.of(REDIS)));
        return wanted;
    }

    private static Allocation of(Map<ServiceName, Allocation> allocations, ServiceName name) {
        return Objects.requireNonNull(allocations.get(name));
    }

    @Test
    void no_two_ports_share_a_number_until_the_last_one_is_given() {
        var allocations = range(20_000, 20_099).allocate(many(100), Map.of(), Map.of());

        assertThat(allocations.values())
                .flatExtracting(allocation -> allocation.ports().values())
                .hasSize(100)
                .doesNotHaveDuplicates()
                .allMatch(number -> number >= 20_000 && number <= 20_099);
    }

    @Test
    void tcp_and_udp_of_one_number_get_numbers_of_their_own() {
        var ports = of(range(20_000, 20_001).allocate(Map.of(DB, List.of(DNS_TCP, DNS_UDP)), Map.of(), Map.of()), DB)
                .ports();

        assertThat(ports).containsOnlyKeys(DNS_TCP, DNS_UDP);
        assertThat(ports.values()).containsExactlyInAnyOrder(20_000, 20_001);
    }

    @Test
    void the_same_services_get_the_same_ports_when_nothing_is_written_anywhere() {
        var ports = range(20_000, 29_999);

        assertThat(ports.allocate(many(500), Map.of(), Map.of()))
                .isEqualTo(ports.allocate(many(500), Map.of(), Map.of()));
    }

    @Test
    void a_service_that_comes_moves_no_other() {
        var ports = range(20_000, 20_009);
        var five = ports.allocate(many(5), Map.of(), Map.of());
        var planned = new HashMap<ServiceName, Map<PortKey, Integer>>();
        five.forEach((name, allocation) -> planned.put(name, allocation.ports()));

        var ten = ports.allocate(many(10), Map.of(), planned);

        assertThat(ten).containsAllEntriesOf(five);
    }

    @Test
    void what_is_written_counts_more_than_what_was_planned() {
        var allocations = range(20_000, 29_999)
                .allocate(
                        Map.of(DB, List.of(REDIS), WEB, List.of(REDIS)),
                        Map.of(DB, Map.of(REDIS, 20_007)),
                        Map.of(DB, Map.of(REDIS, 20_008), WEB, Map.of(REDIS, 20_007)));

        assertThat(of(allocations, DB).ports()).isEqualTo(Map.of(REDIS, 20_007));
        assertThat(of(allocations, WEB).ports().get(REDIS)).isNotEqualTo(20_007);
    }

    @Test
    void what_is_written_for_an_import_that_is_no_longer_wanted_is_given_to_no_other() {
        var allocations = range(20_000, 20_001)
                .allocate(Map.of(WEB, List.of(REDIS)), Map.of(DB, Map.of(REDIS, 20_000)), Map.of());

        assertThat(of(allocations, WEB).ports()).isEqualTo(Map.of(REDIS, 20_001));
    }

    @Test
    void a_number_written_twice_stays_with_one_of_them() {
        var written = Map.of(DB, Map.of(REDIS, 20_000), WEB, Map.of(REDIS, 20_000));

        var allocations =
                range(20_000, 20_001).allocate(Map.of(DB, List.of(REDIS), WEB, List.of(REDIS)), written, Map.of());

        assertThat(of(allocations, DB).ports()).isEqualTo(Map.of(REDIS, 20_000));
        assertThat(of(allocations, WEB).ports()).isEqualTo(Map.of(REDIS, 20_001));
    }

    @Test
    void a_number_outside_the_range_is_replaced() {
        var allocations =
                range(30_000, 30_009).allocate(Map.of(DB, List.of(REDIS)), Map.of(DB, Map.of(REDIS, 20_000)), Map.of());

        assertThat(of(allocations, DB).ports().get(REDIS)).isBetween(30_000, 30_009);
    }

    @Test
    void an_exhausted_range_is_told_and_costs_those_nothing_that_have_a_port() {
        var allocations = range(20_000, 20_000)
                .allocate(Map.of(DB, List.of(REDIS, DNS_TCP)), Map.of(DB, Map.of(REDIS, 20_000)), Map.of());

        assertThat(of(allocations, DB).ports()).isEqualTo(Map.of(REDIS, 20_000));
        assertThat(of(allocations, DB).without()).containsExactly(DNS_TCP);
    }
}
