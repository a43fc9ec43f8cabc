package dev.sekisho.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.ClusterName;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneLogTest {
    private static final ClusterName TOKYO = new ClusterName("tokyo");

    private final TestClock clock = new TestClock();
    private final LaneWatchers log = new LaneWatchers(List.of(new LaneLog(clock)));
    private final LogLines lines = LogLines.of(LaneLog.class);

    @AfterEach
    void release() {
        lines.close();
    }

    @Test
    void a_peer_that_cannot_be_dialled_is_told_once_in_a_while_with_how_often() {
        log.dialFailed(TOKYO, "connection refused");
        log.dialFailed(TOKYO, "connection refused");
        log.dialFailed(new ClusterName("sapporo"), "timeout");
        clock.advance(Duration.ofSeconds(10));
        log.dialFailed(TOKYO, "connection refused");

        assertThat(lines.all())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.level()).isEqualTo(Level.WARN));
        assertThat(lines.all().getFirst().fields())
                .containsEntry("peer", "tokyo")
                .containsEntry("reason", "connection refused")
                .containsEntry("alikeLeftOut", "0");
        assertThat(lines.all().getLast().fields()).containsEntry("alikeLeftOut", "1");
    }

    @Test
    void a_lane_that_was_lost_is_told_and_one_that_was_idle_is_not() {
        log.opened(TOKYO, LaneRole.ACCEPTED);
        log.retired(TOKYO, LaneRole.ACCEPTED);
        log.lost(TOKYO, LaneRole.ACCEPTED, "connection reset");

        assertThat(lines.all())
                .filteredOn(line -> line.level() != Level.DEBUG)
                .singleElement()
                .satisfies(line -> assertThat(line.fields())
                        .containsEntry("role", "accepted")
                        .containsEntry("reason", "connection reset"));
    }

    @Test
    void a_pool_that_is_full_is_told_with_the_bound() {
        log.exhausted(TOKYO, Bound.WAITING_STREAMS);

        assertThat(lines.all())
                .singleElement()
                .satisfies(
                        line -> assertThat(line.fields()).containsEntry("reason", "tunnel.pool.maxWaiting is reached"));
    }
}
