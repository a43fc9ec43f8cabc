package dev.sekisho.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.cli.cluster.PublicAddress.Dialable;
import dev.sekisho.cli.cluster.PublicAddress.None;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What peers dial, from the gateway's Service.
class PublicAddressTest {
    private static ServiceBuilder service(String type) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("sekisho-gateway")
                .endMetadata()
                .withNewSpec()
                .withType(type)
                .addNewPort()
                .withName("other")
                .withPort(1)
                .withNodePort(30001)
                .endPort()
                .addNewPort()
                .withName("public")
                .withPort(7443)
                .withNodePort(30743)
                .endPort()
                .endSpec();
    }

    private static Service balanced(String ip, String hostname) {
        return service("LoadBalancer")
                .withNewStatus()
                .withNewLoadBalancer()
                .addNewIngress()
                .withIp(ip)
                .withHostname(hostname)
                .endIngress()
                .endLoadBalancer()
                .endStatus()
                .build();
    }

    private static Node node(String name, String ready, String type, String address) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .endCondition()
                .addNewAddress(address, type)
                .endStatus()
                .build();
    }

    private static PublicAddress of(Service service, Node... nodes) {
        return PublicAddress.of(Optional.of(service), () -> List.of(nodes));
    }

    private static String endpoint(PublicAddress address) {
        assertThat(address).isInstanceOf(Dialable.class);
        return ((Dialable) address).endpoint().toString();
    }

    private static String why(PublicAddress address) {
        assertThat(address).isInstanceOf(None.class);
        return ((None) address).why();
    }

    @Test
    void a_load_balancer_is_dialled_at_its_address() {
        assertThat(endpoint(of(balanced("203.0.113.7", "")))).isEqualTo("203.0.113.7:7443");
    }

    @Test
    void a_load_balancer_may_have_a_name_instead() {
        assertThat(endpoint(of(balanced("", "lb.example.com")))).isEqualTo("lb.example.com:7443");
    }

    @Test
    void an_ipv6_address_gets_its_brackets() {
        assertThat(endpoint(of(balanced("2001:db8::7", "")))).isEqualTo("[2001:db8::7]:7443");
    }

    @Test
    void a_load_balancer_without_an_address_cannot_be_dialled() {
        assertThat(why(of(service("LoadBalancer").build()))).contains("no address");
    }

    @Test
    void a_node_port_is_dialled_at_an_external_address_before_an_internal_one() {
        var nodes =
                new Node[] {node("a", "True", "InternalIP", "10.0.0.1"), node("b", "True", "ExternalIP", "203.0.113.8")
                };

        assertThat(endpoint(of(service("NodePort").build(), nodes))).isEqualTo("203.0.113.8:30743");
    }

    @Test
    void a_node_that_is_not_ready_is_not_dialled() {
        var nodes =
                new Node[] {node("a", "False", "InternalIP", "10.0.0.1"), node("b", "True", "InternalIP", "10.0.0.2")};

        assertThat(endpoint(of(service("NodePort").build(), nodes))).isEqualTo("10.0.0.2:30743");
    }

    @Test
    void an_external_ip_is_dialled_whatever_the_type() {
        var service = service("ClusterIP")
                .editSpec()
                .withExternalIPs("203.0.113.9")
                .endSpec()
                .build();

        assertThat(endpoint(of(service))).isEqualTo("203.0.113.9:7443");
    }

    @Test
    void a_cluster_ip_is_for_the_cluster_itself() {
        assertThat(why(of(service("ClusterIP").build()))).contains("ClusterIP");
    }

    @Test
    void without_a_service_there_is_nothing_to_dial() {
        assertThat(why(PublicAddress.of(Optional.empty(), List::of))).contains("sekisho-gateway");
    }
}
