package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.sekisho.policy.compiled.Node;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodesTest {
    private static io.fabric8.kubernetes.api.model.Node node(String status) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Node
                metadata: {name: node-1, labels: {pool: gold}}
                %s
                """.formatted(status), io.fabric8.kubernetes.api.model.Node.class);
    }

    private static Node gold(String... addresses) {
        return new Node(
                Map.of("pool", "gold"),
                List.of(addresses).stream().map(InetAddresses::forString).toList());
    }

    @Test
    void its_addresses_are_those_of_its_status_that_are_no_names() {
        var node = node("""
                status:
                  addresses:
                    - {type: InternalIP, address: 172.18.0.2}
                    - {type: InternalIP, address: "2001:db8::2"}
                    - {type: ExternalIP, address: 203.0.113.7}
                    - {type: Hostname, address: 203.0.113.7}
                    - {type: InternalDNS, address: node-1.internal}
                """);

        assertThat(Nodes.problems(node, Origin.FILE)).isEmpty();
        assertThat(Nodes.node(node)).isEqualTo(gold("172.18.0.2", "2001:db8::2", "203.0.113.7"));
    }

    @Test
    void an_address_that_cannot_be_read_does_not_hide_the_others() {
        var node = node("""
                status: {addresses: [{type: InternalIP, address: node-1}, {type: InternalIP, address: 172.18.0.2}]}
                """);

        assertThat(Nodes.problems(node, Origin.FILE))
                .containsExactly(new FieldProblem(
                        "status.addresses[0].address", "must be an IPv4 or IPv6 address, got 'node-1'"));
        assertThat(Nodes.node(node)).isEqualTo(gold("172.18.0.2"));
    }

    @Test
    void one_that_has_told_nothing_yet_has_no_address() {
        assertThat(Nodes.node(node(""))).isEqualTo(gold());
    }
}
