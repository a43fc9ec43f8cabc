package dev.sekisho.controlplane.kubernetes.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LeavingPortsTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final LeavingPorts leaving = new LeavingPorts(now::get);

    /// @param ports `name TCP 6379`, a word each
    private static Service service(String... ports) {
        var builder = new ServiceBuilder()
                .withNewMetadata()
                .withUid("uid")
                .endMetadata()
                .withNewSpec();
        for (var port : ports) {
            var words = port.split(" ", -1);
            builder.addNewPort()
                    .withName(words[0])
                    .withProtocol(words[1])
                    .withPort(Integer.parseInt(words[2]))
                    .withNewTargetPort(20_000)
                    .endPort();
        }
        return builder.endSpec().build();
    }

    private Service written(Service wanted, Service seen) {
        leaving.newRound();
        return leaving.keptBy(wanted, Optional.of(seen));
    }

    @Test
    void a_udp_port_stays_for_a_while_under_a_name_that_no_endpoint_has() {
        var wanted = service("redis TCP 6379");

        var first = written(wanted, service("redis TCP 6379", "dns UDP 53"));
        assertThat(first).isEqualTo(service("redis TCP 6379", "leaving-udp-53 UDP 53"));
        assertThat(leaving.waiting()).isTrue();

        now.set(now.get().plus(LeavingServices.STAY).minusMillis(1));
        assertThat(written(wanted, first)).isEqualTo(first);

        now.set(now.get().plusMillis(1));
        assertThat(written(wanted, first)).isEqualTo(wanted);
        assertThat(leaving.waiting()).isFalse();
    }

    @Test
    void it_does_not_come_again_while_the_watch_still_shows_it() {
        var wanted = service("redis TCP 6379");
        var first = written(wanted, service("redis TCP 6379", "dns UDP 53"));
        now.set(now.get().plus(LeavingServices.STAY));

        assertThat(written(wanted, first)).isEqualTo(wanted);
        assertThat(written(wanted, first)).isEqualTo(wanted);
    }

    @Test
    void a_port_that_only_has_another_number_now_leaves_too() {
        assertThat(written(service("dns UDP 54", "redis TCP 6379"), service("dns UDP 53", "redis TCP 6379")))
                .isEqualTo(service("dns UDP 54", "redis TCP 6379", "leaving-udp-53 UDP 53"));
    }

    @Test
    void tcp_needs_no_such_care() {
        assertThat(written(service("dns UDP 53"), service("dns UDP 53", "redis TCP 6379")))
                .isEqualTo(service("dns UDP 53"));
        assertThat(leaving.waiting()).isFalse();
    }

    @Test
    void a_port_that_comes_back_is_itself_again() {
        var both = service("redis TCP 6379", "dns UDP 53");
        var first = written(service("redis TCP 6379"), both);

        assertThat(written(both, first)).isEqualTo(both);
    }

    @Test
    void beside_a_port_without_a_name_none_can_stay() {
        assertThat(written(service(" TCP 6379"), service("redis TCP 6379", "dns UDP 53")))
                .isEqualTo(service(" TCP 6379"));
    }
}
