package dev.sekisho.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeakGateTest {
    @Test
    void a_buffer_that_nobody_releases_is_found() {
        lose();

        var giveUp = Instant.now().plus(Duration.ofSeconds(30));
        while (LeakGate.leaks().isEmpty() && Instant.now().isBefore(giveUp)) {
            Thread.onSpinWait();
        }

        assertThat(LeakGate.leaks()).isNotEmpty();
        LeakGate.forget();
    }

    private static void lose() {
        ByteBufAllocator.DEFAULT.directBuffer(16).writeInt(1);
    }
}
