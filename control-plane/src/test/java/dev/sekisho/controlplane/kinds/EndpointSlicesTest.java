package dev.sekisho.controlplane.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class EndpointSlicesTest {
    @Test
    void lists_that_an_api_server_writes_as_null_are_empty() {
        var slice = new KubernetesSerialization().unmarshal("""
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
             "metadata": {"name": "db-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "db"}},
             "endpoints": null, "ports": null}
            """, EndpointSlice.class);

        assertThat(EndpointSlices.problems(slice)).isEmpty();
        assertThat(EndpointSlices.slice(slice)).hasValueSatisfying(read -> {
            assertThat(read.ports()).isEmpty();
            assertThat(read.endpoints()).isEmpty();
        });
    }
}
