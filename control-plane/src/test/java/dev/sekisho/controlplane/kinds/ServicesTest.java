package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ServicesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void a_plain_service_gets_the_defaults_of_an_api_server() {
        var service = service("'ports': [{'port': 80}], 'selector': {'role': 'web'}");

        assertThat(service)
                .isEqualTo(new ClusterView.Service(
                        new ServiceName("default", "web"),
                        ServiceKind.CLUSTER_IP,
                        List.of(new ServicePort("", Transport.TCP, 80, Optional.empty())),
                        Map.of("", "80"),
                        Map.of("role", "web"),
                        new ServiceTraits(
                                "None", Optional.empty(), Optional.of("Cluster"), Optional.empty(), List.of("IPv4"))));
    }

    @Test
    void what_travels_with_an_export_is_kept() {
        var service = service("""
            'ports': [{'name': 'dns', 'port': 53, 'protocol': 'UDP', 'targetPort': 'dns-udp', 'appProtocol': 'dns'}],
            'sessionAffinity': 'ClientIP', 'internalTrafficPolicy': 'Local', 'trafficDistribution': 'PreferClose'\
            """);

        assertThat(service.ports()).containsExactly(new ServicePort("dns", Transport.UDP, 53, Optional.of("dns")));
        assertThat(service.targets()).isEqualTo(Map.of("dns", "dns-udp"));
        assertThat(service.traits())
                .isEqualTo(new ServiceTraits(
                        "ClientIP",
                        Optional.of(10_800),
                        Optional.of("Local"),
                        Optional.of("PreferClose"),
                        List.of("IPv4")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'clusterIP': 'None'                                    | HEADLESS
        'type': 'ClusterIP'                                    | CLUSTER_IP
        'type': 'NodePort'                                     | CLUSTER_IP
        'type': 'LoadBalancer'                                 | CLUSTER_IP
        'type': 'ExternalName', 'externalName': 'example.org'  | EXTERNAL_NAME
        """)
    void the_kind_follows_from_type_and_address(String fields, ServiceKind kind) {
        assertThat(service(fields + ", 'ports': [{'port': 80}]").kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'clusterIP': 'None'                          | IPv4
        'ipFamilyPolicy': 'SingleStack'              | IPv4
        'ipFamilyPolicy': 'PreferDualStack'          | IPv4 IPv6
        'ipFamilies': ['IPv6']                       | IPv6
        'clusterIP': 'fd00::1'                       | IPv6
        'clusterIP': 'fd00::1', 'clusterIPs': ['fd00::1', '10.0.0.1'], 'ipFamilyPolicy': 'PreferDualStack' | IPv6 IPv4
        """)
    void the_families_are_those_given_or_those_of_the_cluster(String fields, String families) {
        assertThat(service(fields + ", 'ports': [{'port': 80}]").traits().ipFamilies())
                .isEqualTo(Arrays.asList(families.split(" ", -1)));
    }

    private static ClusterView.Service service(String spec) {
        var service = JSON.readValue(
                "{'metadata': {'name': 'web'}, 'spec': {%s}}".formatted(spec).replace('\'', '"'), Service.class);
        assertThat(Services.problems(service, Origin.FILE)).isEmpty();
        return Services.service(service, List.of("IPv4", "IPv6"));
    }
}
