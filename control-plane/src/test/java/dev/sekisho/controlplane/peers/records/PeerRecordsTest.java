package dev.sekisho.controlplane.peers.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.peers.records.PeerRecords.Refusal;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.Changes;
import dev.sekisho.sync.v1.ExportRecord;
import dev.sekisho.sync.v1.Withdrawal;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeerRecordsTest {
    private final PeerRecords records = new PeerRecords(new ClusterName("tokyo"), new Bounds(3, 8192, 4096, 256));

    private PeerRecords.Applied apply(Changes changes) {
        return records.apply("first", changes);
    }

    private static ExportRecord record(String service, int port, long version) {
        return ExportCodec.encode(Exports.of("tokyo", service, port)).toBuilder()
                .setVersion(version)
                .build();
    }

    private static Changes changed(ExportRecord... records) {
        return Changes.newBuilder().addAllRecords(List.of(records)).build();
    }

    private static Changes withdrawn(String key, String origin, long version) {
        return Changes.newBuilder()
                .addWithdrawals(
                        Withdrawal.newBuilder().setKey(key).setOrigin(origin).setVersion(version))
                .build();
    }

    private int portOf(String service) {
        return records.exports().exports().values().stream()
                .filter(export -> export.name().equals(ServiceName.parse(service)))
                .mapToInt(export -> export.ports().getFirst().port().number())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_newer_version_replaces_an_older_one_and_never_the_other_way_round() {
        apply(changed(record("shop/db", 1, 5)));

        var newer = apply(changed(record("shop/db", 2, 6)));
        var older = apply(changed(record("shop/db", 3, 5)));

        assertThat(newer.changed()).isTrue();
        assertThat(older.changed()).isFalse();
        assertThat(older.stale()).isEqualTo(1);
        assertThat(portOf("shop/db")).isEqualTo(2);
    }

    @Test
    void the_same_record_on_a_second_stream_changes_nothing() {
        apply(changed(record("shop/db", 1, 5)));

        var again = apply(changed(record("shop/db", 1, 5)));

        assertThat(again.changed()).isFalse();
        assertThat(again.refused()).isEmpty();
    }

    @Test
    void invariant_1_a_record_goes_by_withdrawal_only() {
        apply(changed(record("shop/db", 1, 5)));

        apply(Changes.newBuilder().setComplete(true).build());
        assertThat(records.exports().exports()).hasSize(1);

        apply(withdrawn("shop/db", "tokyo", 6));
        assertThat(records.exports().exports()).isEmpty();
    }

    @Test
    void a_withdrawal_older_than_the_record_is_ignored() {
        apply(changed(record("shop/db", 1, 5)));

        assertThat(apply(withdrawn("shop/db", "tokyo", 4)).changed()).isFalse();
        assertThat(records.exports().exports()).hasSize(1);
    }

    @Test
    void a_record_that_its_withdrawal_has_overtaken_does_not_return() {
        apply(changed(record("shop/db", 1, 5)));
        apply(withdrawn("shop/db", "tokyo", 7));

        assertThat(apply(changed(record("shop/db", 1, 6))).changed()).isFalse();
        assertThat(records.exports().exports()).isEmpty();
        assertThat(apply(changed(record("shop/db", 1, 8))).changed()).isTrue();
    }

    @Test
    void a_peer_neither_adds_nor_removes_in_the_name_of_another() {
        apply(changed(record("shop/db", 1, 5)));

        var forged = apply(
                changed(record("shop/db", 2, 9).toBuilder().setOrigin("nara").build()));
        var removed = apply(withdrawn("shop/db", "nara", 9));

        assertThat(forged.refused()).extracting(PeerRecords.Refused::refusal).containsExactly(Refusal.FOREIGN_ORIGIN);
        assertThat(removed.refused()).extracting(PeerRecords.Refused::refusal).containsExactly(Refusal.FOREIGN_ORIGIN);
        assertThat(portOf("shop/db")).isEqualTo(1);
    }

    @Test
    void a_refused_successor_takes_the_older_record_with_it_and_the_rest_of_its_message_counts() {
        apply(changed(record("shop/db", 1, 5)));

        var applied = apply(changed(
                record("shop/db", 2, 6).toBuilder()
                        .setSessionAffinity("Sometimes\n")
                        .build(),
                record("shop/cache", 1, 7)));

        assertThat(applied.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED);
            assertThat(refused.reason()).contains("session_affinity").doesNotContain("\n");
        });
        assertThat(applied.changed()).isTrue();
        assertThat(records.exports().exports()).containsOnlyKeys(ServiceName.parse("shop/cache"));
    }

    @Test
    void what_is_refused_is_refused_again_when_it_is_sent_again_and_what_it_replaced_does_not_return() {
        var bad = record("shop/db", 2, 6).toBuilder()
                .setSessionAffinity("Sometimes")
                .build();
        apply(changed(record("shop/db", 1, 5)));
        apply(changed(bad));

        assertThat(apply(changed(bad)).refused()).hasSize(1);
        assertThat(apply(changed(record("shop/db", 1, 5))).stale()).isEqualTo(1);
        assertThat(records.exports().exports()).isEmpty();
        assertThat(apply(changed(record("shop/db", 3, 7))).changed()).isTrue();
    }

    @Test
    void a_malformed_record_of_no_known_age_changes_nothing() {
        apply(changed(record("shop/db", 1, 5)));

        assertThat(apply(changed(record("shop/db", 2, 0))).refused()).hasSize(1);
        assertThat(portOf("shop/db")).isEqualTo(1);
    }

    @Test
    void another_instance_of_the_peer_counts_anew() {
        apply(changed(record("shop/db", 1, 500), record("shop/web", 1, 501)));
        apply(withdrawn("shop/db", "tokyo", 502));

        // Its clock has gone back.
        records.apply("second", changed(record("shop/db", 2, 5), record("shop/web", 2, 6)));

        assertThat(portOf("shop/db")).isEqualTo(2);
        assertThat(portOf("shop/web")).isEqualTo(2);
        assertThat(records.apply("second", withdrawn("shop/web", "tokyo", 7)).changed())
                .isTrue();
        assertThat(records.apply("second", changed(record("shop/web", 2, 6))).stale())
                .isEqualTo(1);
    }

    @Test
    void invariant_5_bytes_beyond_the_bound_are_refused_until_there_is_room() {
        var large = Exports.of("tokyo", "shop/a", 1, Map.of("note", "x".repeat(3000)));
        apply(changed(ExportCodec.encode(large).toBuilder().setVersion(1).build(), record("shop/b", 1, 2)));
        var larger = ExportCodec.encode(Exports.of("tokyo", "shop/c", 1, Map.of("note", "x".repeat(3900))));

        var refused = apply(changed(
                larger.toBuilder().setVersion(3).build(),
                larger.toBuilder().setKey("shop/b").setName("b").setVersion(4).build()));
        assertThat(refused.refused()).extracting(PeerRecords.Refused::refusal).containsExactly(Refusal.TOO_MANY);
        assertThat(refused.refused().getFirst().reason()).contains("8192 bytes");

        apply(withdrawn("shop/a", "tokyo", 5));
        assertThat(apply(changed(larger.toBuilder().setVersion(4).build())).changed())
                .isTrue();
    }

    @Test
    void invariant_5_records_beyond_the_bound_are_refused_and_updates_within_it_are_not() {
        apply(changed(record("shop/a", 1, 1), record("shop/b", 1, 2), record("shop/c", 1, 3)));

        var applied = apply(changed(record("shop/d", 1, 4), record("shop/a", 2, 5)));

        assertThat(applied.refused()).extracting(PeerRecords.Refused::refusal).containsExactly(Refusal.TOO_MANY);
        assertThat(records.size()).isEqualTo(3);
        assertThat(portOf("shop/a")).isEqualTo(2);
    }

    @Test
    void holdings_come_in_messages_of_bounded_size_the_last_of_which_says_so() {
        var many = new PeerRecords(new ClusterName("tokyo"), new Bounds(1000, 1 << 20, 4096, 256));
        IntStream.range(0, 100).forEach(i -> many.apply("first", changed(record("shop/db-" + i, 1, i + 1))));

        var messages = many.holdings();

        assertThat(messages)
                .hasSizeGreaterThan(10)
                .allSatisfy(message -> assertThat(message.getSerializedSize()).isLessThan(400));
        assertThat(messages.stream()
                        .mapToInt(message -> message.getDigestsCount())
                        .sum())
                .isEqualTo(100);
        assertThat(messages.stream().filter(message -> !message.getMore())).containsExactly(messages.getLast());
    }

    @Test
    void what_is_kept_restores_what_was_held() {
        apply(changed(record("shop/db", 1, 5)).toBuilder().setComplete(true).build());

        var restored = new PeerRecords(new ClusterName("tokyo"), Bounds.DEFAULT);
        restored.restore(records.toKeep());

        assertThat(restored.exports()).isEqualTo(records.exports());
        assertThat(restored.holdings()).isEqualTo(records.holdings());
    }
}
