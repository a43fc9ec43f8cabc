package dev.sekisho.controlplane.peers.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.Changes;
import dev.sekisho.sync.v1.ExportRecord;
import dev.sekisho.sync.v1.Holdings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DifferencesTest {
    private static final int RECORD_BYTES = 4096;

    private final OwnExports own = new OwnExports(new ClusterName("tokyo"), 1000);
    private final PeerVersions versions = new PeerVersions();
    private final Differences differences = new Differences(new Bounds(100, 1 << 20, RECORD_BYTES, 512), versions);

    private void publish(String... services) {
        own.publish(PreparedExports.of(Exports.named("tokyo", services), RECORD_BYTES));
    }

    private List<Changes> all() {
        var messages = new ArrayList<Changes>();
        for (var next = differences.next(own); next.isPresent(); next = differences.next(own)) {
            messages.add(next.get());
        }
        return messages;
    }

    private static long versionOf(OwnExports exports, String key) {
        return Optional.ofNullable(exports.records().get(key))
                .map(own -> own.record().getVersion())
                .orElseThrow();
    }

    private Holdings holding(String key, long version) {
        var digest = Optional.ofNullable(own.records().get(key))
                .map(OwnExports.OwnRecord::digest)
                .orElse(ByteString.copyFromUtf8("?"));
        return Holdings.newBuilder()
                .addDigests(Holdings.Digest.newBuilder()
                        .setKey(key)
                        .setVersion(version)
                        .setContent(digest))
                .build();
    }

    @Test
    void invariant_1_nothing_is_said_before_our_own_exports_are_known() {
        differences.theyHold(holding("shop/db", 1));

        assertThat(differences.next(own)).isEmpty();
    }

    @Test
    void to_export_nothing_is_something_to_say() {
        publish();
        differences.theyHold(holding("shop/db", 1));

        var said = all();

        assertThat(said).singleElement().satisfies(changes -> {
            assertThat(changes.getComplete()).isTrue();
            assertThat(changes.getWithdrawalsList()).singleElement().satisfies(withdrawal -> {
                assertThat(withdrawal.getKey()).isEqualTo("shop/db");
                assertThat(withdrawal.getOrigin()).isEqualTo("tokyo");
            });
        });
    }

    @Test
    void what_the_peer_holds_already_is_not_sent() {
        publish("shop/a", "shop/b");
        differences.theyHold(holding("shop/a", 999));

        assertThat(all().stream().flatMap(changes -> changes.getRecordsList().stream()))
                .extracting(ExportRecord::getKey)
                .containsExactly("shop/b");
    }

    @Test
    void batches_are_bounded_and_only_the_last_of_the_first_round_says_complete() {
        var services = new String[40];
        for (var i = 0; i < services.length; i++) {
            services[i] = "shop/db-" + i;
        }
        publish(services);

        var said = all();

        assertThat(said)
                .hasSizeGreaterThan(5)
                .allSatisfy(changes -> assertThat(changes.getSerializedSize()).isLessThan(700));
        assertThat(said.stream().filter(Changes::getComplete)).containsExactly(said.getLast());
        publish("shop/db-0");
        assertThat(all()).noneMatch(Changes::getComplete);
    }

    @Test
    void invariant_5_changes_that_nobody_has_read_yet_become_one() {
        for (var port = 1; port <= 1000; port++) {
            own.publish(PreparedExports.of(
                    Map.of(ServiceName.parse("shop/db"), Exports.of("tokyo", "shop/db", port)), RECORD_BYTES));
        }

        assertThat(all())
                .singleElement()
                .satisfies(changes -> assertThat(changes.getRecordsList())
                        .singleElement()
                        .satisfies(record -> assertThat(
                                        record.getPorts(0).getPort().getPort())
                                .isEqualTo(1000)));
    }

    @Test
    void a_peer_that_claims_to_hold_more_than_anyone_exports_is_not_listened_to() {
        var claims = Holdings.newBuilder();
        for (var i = 0; i < 101; i++) {
            claims.addDigests(Holdings.Digest.newBuilder().setKey("shop/db-" + i));
        }

        assertThat(differences.theyHold(claims.build())).isFalse();
        assertThat(differences.theyHold(Holdings.newBuilder()
                        .addDigests(Holdings.Digest.newBuilder().setKey("x".repeat(200)))
                        .build()))
                .isFalse();
    }

    @Test
    void versions_grow_with_every_change_and_over_a_restart_with_a_clock_that_went_back() {
        publish("shop/a", "shop/b");
        var before = versionOf(own, "shop/a");
        own.publish(PreparedExports.of(
                Exports.with(Exports.named("tokyo", "shop/b"), Exports.of("tokyo", "shop/a", 1)), RECORD_BYTES));
        var changed = versionOf(own, "shop/a");
        var unchanged = versionOf(own, "shop/b");

        var restarted = new OwnExports(new ClusterName("tokyo"), 10);
        restarted.publish(PreparedExports.of(Exports.named("tokyo", "shop/a"), RECORD_BYTES));
        var held = holding("shop/a", changed);
        differences.theyHold(held);
        versions.outgrow(held.getDigests(0), restarted);

        assertThat(before).isGreaterThan(1000);
        assertThat(changed).isGreaterThan(Math.max(before, unchanged));
        assertThat(differences.next(restarted).orElseThrow().getRecordsList())
                .singleElement()
                .satisfies(record -> assertThat(record.getVersion()).isGreaterThan(changed));
    }

    @Test
    void what_is_withdrawn_is_newer_than_what_the_peer_holds() {
        publish();
        var held = holding("shop/gone", 1_000_000);
        differences.theyHold(held);
        versions.outgrow(held.getDigests(0), own);

        assertThat(all().getFirst().getWithdrawalsList())
                .singleElement()
                .satisfies(withdrawal -> assertThat(withdrawal.getVersion()).isGreaterThanOrEqualTo(1_000_000));
    }

    @Test
    void a_peer_that_lies_about_what_it_holds_raises_its_own_versions_alone() {
        publish("shop/a");
        var lie = holding("shop/a", Long.MAX_VALUE / 2);
        versions.outgrow(lie.getDigests(0), own);
        var honest = new Differences(new Bounds(100, 1 << 20, RECORD_BYTES, 512), new PeerVersions());

        assertThat(all().getFirst().getRecords(0).getVersion()).isGreaterThan(Long.MAX_VALUE / 4);
        assertThat(honest.next(own).orElseThrow().getRecords(0).getVersion()).isEqualTo(versionOf(own, "shop/a"));
    }

    @Test
    void an_export_that_has_grown_too_large_for_any_peer_is_withdrawn_and_says_why() {
        publish("shop/db");
        all();

        var grown = PreparedExports.of(
                Map.of(
                        ServiceName.parse("shop/db"),
                        Exports.of("tokyo", "shop/db", 1, Map.of("note", "x".repeat(RECORD_BYTES)))),
                RECORD_BYTES);
        own.publish(grown);

        assertThat(grown.untold())
                .hasEntrySatisfying(
                        ServiceName.parse("shop/db"), why -> assertThat(why).contains("at most 4096 bytes"));
        assertThat(all())
                .singleElement()
                .satisfies(changes -> assertThat(changes.getWithdrawalsList()).hasSize(1));
    }

    @Test
    void a_record_larger_than_the_peer_takes_is_withdrawn_from_that_peer_alone() {
        publish("shop/db", "shop/web");
        all();

        differences.theyTake(1024);
        own.publish(PreparedExports.of(
                Exports.with(
                        Exports.named("tokyo", "shop/web"),
                        Exports.of("tokyo", "shop/db", 1, Map.of("note", "x".repeat(2000)))),
                RECORD_BYTES));

        assertThat(all()).singleElement().satisfies(changes -> {
            assertThat(changes.getRecordsList()).isEmpty();
            assertThat(changes.getWithdrawalsList()).hasSize(1);
        });
        assertThat(differences.withheld())
                .hasEntrySatisfying("shop/db", why -> assertThat(why).contains("at most 1024 bytes"));
    }

    @Test
    void a_record_for_which_the_peer_had_no_room_is_sent_again_once_another_is_withdrawn() {
        publish("shop/a", "shop/b");
        all();
        differences.refusedForRoom("shop/b");
        assertThat(all()).isEmpty();

        publish("shop/b");

        assertThat(all().stream().flatMap(changes -> changes.getRecordsList().stream()))
                .extracting(ExportRecord::getKey)
                .containsExactly("shop/b");
    }
}
