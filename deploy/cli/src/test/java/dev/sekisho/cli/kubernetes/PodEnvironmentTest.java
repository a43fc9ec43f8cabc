package dev.sekisho.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import dev.sekisho.cli.UserError;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodEnvironmentTest {
    @Test
    void a_pod_knows_its_name_its_namespace_and_its_addresses_of_both_families() {
        var pod = PodEnvironment.of(Map.of(
                "POD_NAME", "gateway-0", "POD_NAMESPACE", "sekisho-system", "POD_IPS", "10.244.0.7,fd00:244::7"));

        assertThat(pod.name()).isEqualTo("gateway-0");
        assertThat(pod.namespace()).isEqualTo("sekisho-system");
        assertThat(pod.addresses())
                .containsExactly(InetAddresses.forString("10.244.0.7"), InetAddresses.forString("fd00:244::7"));
    }

    @Test
    void one_address_is_enough() {
        var pod = PodEnvironment.of(Map.of("POD_NAME", "a", "POD_NAMESPACE", "b", "POD_IP", "10.244.0.7"));

        assertThat(pod.addresses()).containsExactly(InetAddresses.forString("10.244.0.7"));
    }

    @Test
    void what_is_missing_or_wrong_is_named() {
        assertThatThrownBy(() -> PodEnvironment.of(Map.of("POD_NAMESPACE", "b")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("POD_NAME is not set");
        assertThatThrownBy(() ->
                        PodEnvironment.of(Map.of("POD_NAME", "a", "POD_NAMESPACE", "b", "POD_IPS", "10.244.0.777")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("POD_IPS must be IP addresses, got '10.244.0.777'");
    }
}
