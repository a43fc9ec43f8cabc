package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.Readiness;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointSlicesTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            {},                                                    READY
            '{ready: true}',                                       READY
            '{ready: true, serving: true, terminating: true}',     READY
            '{ready: false}',                                      NOT_READY
            '{ready: false, serving: true}',                       NOT_READY
            '{ready: false, serving: true, terminating: false}',   NOT_READY
            '{ready: false, serving: true, terminating: true}',    TERMINATING
            '{ready: false, terminating: true}',                   TERMINATING
            '{ready: false, serving: false, terminating: true}',   NOT_READY
            """)
    void an_endpoint_is_ready_or_terminates_and_still_serves(String conditions, Readiness readiness) {
        var slice = new KubernetesSerialization().unmarshal("""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            addressType: IPv4
            metadata: {name: db-x, namespace: shop, labels: {kubernetes.io/service-name: db}}
            endpoints: [{addresses: [10.0.0.1], conditions: %s}]
            """.formatted(conditions), EndpointSlice.class);

        assertThat(EndpointSlices.slice(slice, Origin.API_SERVER))
                .hasValueSatisfying(read ->
                        assertThat(read.endpoints().getFirst().readiness()).isEqualTo(readiness));
    }

    @Test
    void lists_that_an_api_server_writes_as_null_are_empty() {
        var slice = new KubernetesSerialization().unmarshal("""
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
             "metadata": {"name": "db-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "db"}},
             "endpoints": null, "ports": null}
            """, EndpointSlice.class);

        assertThat(EndpointSlices.problems(slice, Origin.FILE)).isEmpty();
        assertThat(EndpointSlices.slice(slice, Origin.API_SERVER)).hasValueSatisfying(read -> {
            assertThat(read.ports()).isEmpty();
            assertThat(read.endpoints()).isEmpty();
        });
    }
}
