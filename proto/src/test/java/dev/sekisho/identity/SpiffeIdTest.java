package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.identity.SpiffeId.Role;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {
    @Test
    void the_first_label_of_the_trust_domain_is_the_cluster() {
        var id = SpiffeId.parse(URI.create("spiffe://tokyo.eu.acme/control-plane"));

        assertThat(id)
                .isEqualTo(new SpiffeId(new ClusterName("tokyo"), new ClusterSetName("eu.acme"), Role.CONTROL_PLANE));
        assertThat(id.trustDomain()).hasToString("tokyo.eu.acme");
        assertThat(id.serverName()).isEqualTo("control-plane.tokyo.eu.acme");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "spiffe:",
                "spiffe://",
                "spiffe:///gateway",
                "spiffe://tokyo.demo",
                "spiffe://tokyo.demo/",
                "spiffe://tokyo/gateway",
                "spiffe://tokyo./gateway",
                "spiffe://.demo/gateway",
                "https://tokyo.demo/gateway",
                "SPIFFE://tokyo.demo/gateway",
                "spiffe://Tokyo.demo/gateway",
                "spiffe://tokyo.demo:7443/gateway",
                "spiffe://root@tokyo.demo/gateway",
                "spiffe://tokyo.demo/gateway?x=1",
                "spiffe://tokyo.demo/gateway#x",
                "spiffe://tokyo.demo/gateway/",
                "spiffe://tokyo.demo/gateway/1",
                "spiffe://tokyo.demo//gateway",
                "spiffe://tokyo.demo/%67ateway",
                "spiffe://tokyo.demo/Gateway",
                "spiffe://tokyo.demo/admin",
                "spiffe://tokyo.demo/../gateway",
                " spiffe://tokyo.demo/gateway",
                "spiffe://tokyo_1.demo/gateway"
            })
    void anything_but_the_canonical_form_is_refused(String text) {
        assertThatThrownBy(() -> SpiffeId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SPIFFE id must be spiffe://<cluster>.<clusterset>/gateway or /control-plane, got '" + text
                        + "'");
    }

    @Test
    void a_strangers_text_cannot_fill_or_break_a_log_line() {
        assertThatThrownBy(() -> SpiffeId.parse("x\n\u001b[31m" + "y".repeat(5000)))
                .message()
                .contains("got 'x??[31myyy")
                .hasSizeLessThan(400);
    }
}
