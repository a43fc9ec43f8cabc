package dev.sekisho.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Level;
import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.streams.DropReason;
import dev.sekisho.gateway.streams.StreamOutcome.BadRequest;
import dev.sekisho.gateway.streams.StreamOutcome.Completed;
import dev.sekisho.gateway.streams.StreamOutcome.PolicyChanged;
import dev.sekisho.gateway.streams.StreamOutcome.Refused;
import dev.sekisho.gateway.streams.StreamSide;
import dev.sekisho.gateway.streams.StreamSummary;
import dev.sekisho.log.LogLines;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamLogTest {
    private static final Refused DENIED = new Refused(
            Direction.INGRESS,
            "shop/db-clients ingress rule 0: the caller's pod label role is 'batch', must be frontend");

    private final TestClock clock = new TestClock();
    private final List<Bound> bounds = new ArrayList<>();
    private final StreamLog log = new StreamLog(clock, bounds::add);
    private final LogLines lines = LogLines.of(StreamLog.class);

    @AfterEach
    void release() {
        lines.close();
    }

    @Test
    void a_completed_stream_is_one_line_with_every_fact() {
        log.ended(Streams.IMPORT.connected(new Completed()));

        assertThat(lines.all()).singleElement().satisfies(line -> {
            assertThat(line.level()).isEqualTo(Level.INFO);
            assertThat(line.message()).isEqualTo("Stream completed");
            assertThat(line.fields())
                    .containsOnly(
                            entry("id", "s1"),
                            entry("side", "import"),
                            entry("caller", "osaka/shop/batch-0"),
                            entry("callerAddress", "10.2.0.9"),
                            entry("service", "shop/db"),
                            entry("port", "6379/TCP"),
                            entry("destination", "tokyo"),
                            entry("backend", "10.1.0.5:6379"),
                            entry("outcome", "completed"),
                            entry("sentBytes", "100"),
                            entry("receivedBytes", "2000"),
                            entry("openTime", "7ms"),
                            entry("duration", "1500ms"),
                            entry("policyVersion", "v42"));
        });
    }

    static List<StreamSummary> deniedOnEitherEnd() {
        return List.of(
                Streams.IMPORT.notConnected(new Refused(Direction.EGRESS, "no rule")),
                Streams.IMPORT.notConnected(DENIED),
                Streams.EXPORT.notConnected(DENIED),
                Streams.EXPORT.connected(new PolicyChanged(Direction.INGRESS, "no rule any more")));
    }

    @ParameterizedTest
    @MethodSource("deniedOnEitherEnd")
    void a_denied_stream_is_a_warning_that_names_the_caller_and_why(StreamSummary denied) {
        log.ended(denied);

        assertThat(lines.all()).singleElement().satisfies(line -> {
            assertThat(line.level()).isEqualTo(Level.WARN);
            assertThat(line.text()).contains("batch-0").contains("denied");
            assertThat(line.fields().get("reason")).isEqualTo(denied.outcome().explanation());
        });
    }

    @Test
    void a_denial_that_was_let_through_stands_in_the_streams_line() {
        log.ended(Streams.EXPORT.audited(Direction.INGRESS, "shop/db: no rule"));

        assertThat(lines.all()).singleElement().satisfies(line -> {
            assertThat(line.level()).isEqualTo(Level.INFO);
            assertThat(line.fields()).containsEntry("wouldBeDenied", "ingress: shop/db: no rule");
        });
    }

    @Test
    void an_unknown_caller_is_told_with_its_address_and_what_to_do() {
        log.ended(Streams.IMPORT.ofUnknownCaller());

        assertThat(lines.all()).singleElement().satisfies(line -> {
            assertThat(line.level()).isEqualTo(Level.WARN);
            assertThat(line.fields())
                    .containsEntry("caller", "unknown")
                    .containsEntry("callerAddress", "10.9.9.9")
                    .containsEntry("destination", "none")
                    .containsEntry("openTime", "none");
            assertThat(line.fields().get("reason")).contains("add a Pod with this podIP");
        });
    }

    @Test
    void what_a_peer_says_cannot_forge_a_line_of_the_log() {
        log.ended(Streams.EXPORT.notConnected(
                new BadRequest("no name:\nWARN Stream denied\r\u2028x" + "y".repeat(100_000))));

        assertThat(lines.all())
                .singleElement()
                .satisfies(line -> assertThat(line.fields().get("reason"))
                        .startsWith("no name:?WARN Stream denied??xy")
                        .hasSizeLessThan(1_100));
    }

    @Test
    void invariant_5_a_flood_of_one_refusal_is_some_lines_and_a_count() {
        for (var i = 0; i < 100; i++) {
            log.ended(Streams.EXPORT.notConnected(DENIED));
        }
        log.ended(Streams.EXPORT.of("batch-1").notConnected(DENIED));
        clock.advance(Duration.ofSeconds(10));
        log.ended(Streams.EXPORT.notConnected(DENIED));

        var told = lines.all();
        assertThat(told).hasSize(7);
        assertThat(told.subList(0, 6))
                .allSatisfy(line -> assertThat(line.fields()).doesNotContainKey("alikeLeftOut"));
        assertThat(told.get(5).fields()).containsEntry("caller", "osaka/shop/batch-1");
        assertThat(told.getLast().fields()).containsEntry("alikeLeftOut", "95");
        assertThat(bounds).hasSize(95).containsOnly(Bound.STREAM_LINES);
    }

    @Test
    void invariant_5_what_a_flood_left_out_is_told_when_it_is_over() {
        for (var i = 0; i < 8; i++) {
            log.ended(Streams.EXPORT.notConnected(DENIED));
        }
        log.tellLeftOut();
        var during = lines.all().size();
        clock.advance(Duration.ofSeconds(10));
        log.tellLeftOut();
        log.tellLeftOut();

        assertThat(during).isEqualTo(5);
        assertThat(lines.all()).hasSize(6);
        assertThat(lines.all().getLast().fields())
                .containsEntry("alikeLeftOut", "3")
                .containsEntry("caller", "osaka/shop/batch-0")
                .containsEntry("outcome", "refused");
    }

    @Test
    void invariant_5_floods_of_many_callers_share_one_kind_beyond_the_bound() {
        for (var i = 0; i < 1_500; i++) {
            log.ended(Streams.EXPORT.of("pod-" + i).notConnected(DENIED));
        }

        assertThat(lines.all()).hasSize(1_005);
        assertThat(bounds).hasSize(495);
    }

    @Test
    void invariant_5_datagrams_dropped_in_a_flood_are_some_lines_and_those_of_a_refused_caller_none() {
        var db = ServiceName.parse("shop/db");
        for (var i = 0; i < 100; i++) {
            log.dropped(StreamSide.EXPORT, db, DropReason.QUEUE, 2);
            log.dropped(StreamSide.IMPORT, db, DropReason.TURNED_AWAY, 1);
        }
        clock.advance(Duration.ofSeconds(10));
        log.tellLeftOut();

        assertThat(lines.all()).hasSize(6);
        assertThat(lines.all().getFirst().level()).isEqualTo(Level.WARN);
        assertThat(lines.all().getFirst().message()).isEqualTo("Datagrams were dropped");
        assertThat(lines.all().getFirst().fields())
                .containsOnly(
                        entry("side", "export"),
                        entry("service", "shop/db"),
                        entry("reason", "queue"),
                        entry("datagrams", "2"),
                        entry("alikeLeftOut", "0"));
        assertThat(lines.all().getLast().fields()).containsEntry("alikeLeftOut", "95");
    }

    @Test
    void completed_streams_are_never_left_out() {
        for (var i = 0; i < 100; i++) {
            log.ended(Streams.EXPORT.connected(new Completed()));
        }

        assertThat(lines.all()).hasSize(100);
    }
}
