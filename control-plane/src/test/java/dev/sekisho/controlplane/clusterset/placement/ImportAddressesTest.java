package dev.sekisho.controlplane.clusterset.placement;

import static dev.sekisho.controlplane.clusterset.TestView.ips;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.placement.ImportAddresses.Allocation;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImportAddressesTest {
    private static final ServiceName DB = ServiceName.parse("shop/db");
    private static final ServiceName WEB = ServiceName.parse("shop/web");
    private static final List<String> IPV4 = List.of("IPv4");

    private static ImportAddresses pools(String... cidrs) {
        return new ImportAddresses(Stream.of(cidrs).map(Cidr::parse).toList());
    }

    private static Map<ServiceName, List<String>> many(int count) {
        var wanted = new HashMap<ServiceName, List<String>>();
        IntStream.range(0, count).forEach(i -> wanted.put(ServiceName.parse("shop/s" + i), IPV4));
        return wanted;
    }

    private static Allocation of(Map<ServiceName, Allocation> allocations, ServiceName name) {
        return Objects.requireNonNull(allocations.get(name));
    }

    @Test
    void the_same_services_get_the_same_addresses_on_an_empty_disk() {
        var pools = pools("127.66.1.0/24");

        assertThat(pools.allocate(many(100), Map.of())).isEqualTo(pools.allocate(many(100), Map.of()));
    }

    @Test
    void no_two_imports_share_an_address_and_the_edges_of_a_block_stay_free() {
        var allocations = pools("127.66.1.0/24").allocate(many(254), Map.of());

        var given = allocations.values().stream()
                .flatMap(allocation -> allocation.ips().stream())
                .toList();
        assertThat(given).hasSize(254).doesNotHaveDuplicates();
        assertThat(given).doesNotContainAnyElementsOf(ips("127.66.1.0", "127.66.1.255"));
    }

    @Test
    void a_held_address_stays() {
        var held = Map.of(DB, ips("127.66.1.77"));

        var allocations = pools("127.66.1.0/24").allocate(Map.of(DB, IPV4, WEB, IPV4), held);

        assertThat(of(allocations, DB).ips()).isEqualTo(ips("127.66.1.77"));
        assertThat(of(allocations, WEB).ips()).hasSize(1).isNotEqualTo(ips("127.66.1.77"));
    }

    @Test
    void an_address_outside_the_pools_is_replaced() {
        var allocations = pools("127.66.2.0/24").allocate(Map.of(DB, IPV4), Map.of(DB, ips("127.66.1.77")));

        assertThat(of(allocations, DB).ips())
                .hasSize(1)
                .allMatch(ip -> ip.getHostAddress().startsWith("127.66.2."));
    }

    @Test
    void an_address_held_twice_stays_with_one_of_them() {
        var held = Map.of(DB, ips("127.66.1.77"), WEB, ips("127.66.1.77"));

        var allocations = pools("127.66.1.0/24").allocate(Map.of(DB, IPV4, WEB, IPV4), held);

        assertThat(of(allocations, DB).ips()).isEqualTo(ips("127.66.1.77"));
        assertThat(of(allocations, WEB).ips()).hasSize(1).isNotEqualTo(ips("127.66.1.77"));
    }

    @Test
    void an_address_that_must_be_kept_for_an_absent_import_is_given_to_no_other() {
        var pools = pools("127.66.1.0/30");
        List<InetAddress> both = ips("127.66.1.1", "127.66.1.2");

        var allocations = pools.allocate(Map.of(WEB, IPV4), Map.of(DB, both.subList(0, 1)));

        assertThat(of(allocations, WEB).ips()).isEqualTo(both.subList(1, 2));
    }

    @Test
    void each_family_of_the_service_gets_an_address_in_its_order() {
        var allocation =
                of(pools("127.66.1.0/24", "fd00:66::/112").allocate(Map.of(DB, List.of("IPv6", "IPv4")), Map.of()), DB);

        assertThat(allocation.ipFamilies()).containsExactly("IPv6", "IPv4");
        assertThat(allocation.ips()).extracting(Addresses::family).containsExactly("IPv6", "IPv4");
    }

    @Test
    void a_family_without_a_pool_is_served_in_the_family_that_has_one() {
        var allocation = of(pools("127.66.1.0/24").allocate(Map.of(DB, List.of("IPv6")), Map.of()), DB);

        assertThat(allocation.ipFamilies()).containsExactly("IPv4");
        assertThat(allocation.ips()).hasSize(1);
    }

    @Test
    void an_exhausted_pool_is_told() {
        var allocations = pools("127.66.1.0/30").allocate(many(3), Map.of());

        assertThat(allocations.values())
                .filteredOn(allocation -> allocation.ips().isEmpty())
                .singleElement()
                .extracting(Allocation::exhausted)
                .isEqualTo(IPV4);
    }

    @Test
    void a_pool_of_any_size_can_be_used() {
        assertThat(pools("fd00::/8").allocate(many(50), Map.of()).values())
                .allMatch(allocation -> allocation.ips().size() == 1);
        assertThat(of(pools("10.0.0.7/32").allocate(Map.of(DB, IPV4), Map.of()), DB)
                        .ips())
                .isEqualTo(ips("10.0.0.7"));
        assertThat(of(pools("0.0.0.0/0").allocate(Map.of(DB, IPV4), Map.of()), DB)
                        .ips())
                .hasSize(1);
    }
}
