package dev.sekisho.controlplane.peers;

import com.google.protobuf.ByteString;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.PeerExports;
import dev.sekisho.controlplane.peers.SyncSettings.Bounds;
import dev.sekisho.controlplane.tls.PeerText;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.Changes;
import dev.sekisho.sync.v1.ExportRecord;
import dev.sekisho.sync.v1.HeldExports;
import dev.sekisho.sync.v1.Holdings;
import dev.sekisho.sync.v1.Withdrawal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What we hold of one peer's exports. A record goes only when its origin withdraws it; one that cannot be believed
/// changes nothing, so the last good one stays.
final class PeerRecords {
    private final ClusterName peer;
    private final Bounds bounds;
    private final TreeMap<String, Held> held = new TreeMap<>();
    // A record that was overtaken by its withdrawal on another stream must not return. The oldest are forgotten first.
    private final Map<String, Long> withdrawn;
    private boolean complete;

    private record Held(ExportRecord record, ByteString digest, Export export) {}

    /// Why a record or withdrawal was not taken.
    enum Refusal {
        FOREIGN_ORIGIN,
        MALFORMED,
        TOO_MANY;

        String label() {
            return switch (this) {
                case FOREIGN_ORIGIN -> "foreign_origin";
                case MALFORMED -> "malformed";
                case TOO_MANY -> "too_many";
            };
        }
    }

    /// @param reason in words, fit for a log
    record Refused(Refusal refusal, String key, String reason) {}

    /// @param changed whether the exports or their completeness are other than before
    /// @param stale how many were older than what is held
    record Applied(boolean changed, int stale, List<Refused> refused) {
        Applied {
            refused = List.copyOf(refused);
        }
    }

    PeerRecords(ClusterName peer, Bounds bounds) {
        this.peer = peer;
        this.bounds = bounds;
        this.withdrawn = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > bounds.recordsPerPeer();
            }
        };
    }

    Applied apply(Changes changes) {
        var refused = new ArrayList<Refused>();
        var changed = false;
        var stale = 0;
        for (var record : changes.getRecordsList()) {
            switch (take(record, refused)) {
                case TAKEN -> changed = true;
                case STALE -> stale++;
                case REFUSED -> {}
            }
        }
        for (var withdrawal : changes.getWithdrawalsList()) {
            switch (take(withdrawal, refused)) {
                case TAKEN -> changed = true;
                case STALE -> stale++;
                case REFUSED -> {}
            }
        }
        if (changes.getComplete() && !complete) {
            complete = true;
            changed = true;
        }
        return new Applied(changed, stale, refused);
    }

    private enum Taking {
        TAKEN,
        STALE,
        REFUSED
    }

    private Taking take(ExportRecord record, List<Refused> refused) {
        if (isForeign(record.getOrigin(), record.getKey(), refused)) {
            return Taking.REFUSED;
        }
        var known = Optional.ofNullable(held.get(record.getKey()));
        var newest = known.map(have -> have.record().getVersion())
                .orElseGet(() -> withdrawn.getOrDefault(record.getKey(), 0L));
        if (record.getVersion() > 0 && record.getVersion() <= newest) {
            return Taking.STALE;
        }
        if (known.isEmpty() && held.size() >= bounds.recordsPerPeer()) {
            refused.add(refused(
                    Refusal.TOO_MANY,
                    record.getKey(),
                    "more than " + bounds.recordsPerPeer() + " exports of one peer are not kept"));
            return Taking.REFUSED;
        }
        try {
            held.put(record.getKey(), checked(record));
        } catch (IllegalArgumentException e) {
            refused.add(refused(Refusal.MALFORMED, record.getKey(), String.valueOf(e.getMessage())));
            return Taking.REFUSED;
        }
        withdrawn.remove(record.getKey());
        return Taking.TAKEN;
    }

    private Held checked(ExportRecord record) {
        if (record.getSerializedSize() > bounds.recordBytes()) {
            throw new IllegalArgumentException(
                    "a record is at most " + bounds.recordBytes() + " bytes, got " + record.getSerializedSize());
        }
        return new Held(record, ExportCodec.digest(record), ExportCodec.decode(record));
    }

    private Taking take(Withdrawal withdrawal, List<Refused> refused) {
        if (isForeign(withdrawal.getOrigin(), withdrawal.getKey(), refused)) {
            return Taking.REFUSED;
        }
        var known = held.get(withdrawal.getKey());
        if (known != null && withdrawal.getVersion() < known.record().getVersion()) {
            return Taking.STALE;
        }
        if (withdrawal.getKey().length() <= Differences.LONGEST_KEY) {
            withdrawn.merge(withdrawal.getKey(), withdrawal.getVersion(), Math::max);
        }
        return held.remove(withdrawal.getKey()) == null ? Taking.STALE : Taking.TAKEN;
    }

    private boolean isForeign(String origin, String key, List<Refused> refused) {
        if (origin.equals(peer.value())) {
            return false;
        }
        refused.add(refused(
                Refusal.FOREIGN_ORIGIN,
                key,
                "its origin is '" + origin + "', and " + peer + " speaks for itself only"));
        return true;
    }

    private static Refused refused(Refusal refusal, String key, String reason) {
        return new Refused(refusal, PeerText.printable(key), PeerText.printable(reason));
    }

    /// What to tell the peer at the start of a stream, in messages of bounded size; at least one.
    List<Holdings> holdings() {
        var messages = new ArrayList<Holdings>();
        var message = Holdings.newBuilder();
        var bytes = 0;
        for (var entry : held.entrySet()) {
            var digest = Holdings.Digest.newBuilder()
                    .setKey(entry.getKey())
                    .setVersion(entry.getValue().record().getVersion())
                    .setContent(entry.getValue().digest())
                    .build();
            bytes += digest.getSerializedSize() + 4;
            if (bytes > bounds.batchBytes()) {
                messages.add(message.setMore(true).build());
                message = Holdings.newBuilder();
                bytes = digest.getSerializedSize();
            }
            message.addDigests(digest);
        }
        messages.add(message.build());
        return messages;
    }

    /// Takes over what an earlier run kept.
    Applied restore(HeldExports kept) {
        return apply(Changes.newBuilder()
                .addAllRecords(kept.getRecordsList())
                .setComplete(kept.getComplete())
                .build());
    }

    HeldExports toKeep() {
        var kept = HeldExports.newBuilder().setOrigin(peer.value()).setComplete(complete);
        held.values().forEach(have -> kept.addRecords(have.record()));
        return kept.build();
    }

    PeerExports exports() {
        var exports = new HashMap<ServiceName, Export>();
        held.values().forEach(have -> exports.put(have.export().name(), have.export()));
        return new PeerExports(peer, complete, exports);
    }

    int size() {
        return held.size();
    }
}
