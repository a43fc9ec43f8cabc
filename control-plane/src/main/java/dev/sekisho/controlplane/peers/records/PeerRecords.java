package dev.sekisho.controlplane.peers.records;

import com.google.protobuf.ByteString;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.PeerExports;
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

/// What we hold of one peer's exports. A record goes when its origin withdraws it, or replaces it by one that is not
/// taken: the older one is then known to be out of date, which is not the same as not having been told (invariant 1).
///
/// Versions order what comes over several streams of one instance of the peer. Another instance, such as a restarted
/// one whose clock has gone back, counts anew.
public final class PeerRecords {
    private final ClusterName peer;
    private final Bounds bounds;
    private final TreeMap<String, Held> held = new TreeMap<>();
    // A record that was overtaken by its withdrawal on another stream must not return. The oldest are forgotten first.
    private final Map<String, Long> withdrawn;
    private String instance = "";
    private long bytes;
    private boolean complete;

    /// @param instance of the peer that told it; empty when an earlier run of ours kept it
    private record Held(ExportRecord record, ByteString digest, Export export, String instance) {
        int bytes() {
            return record.getSerializedSize();
        }
    }

    /// Why a record or withdrawal was not taken.
    public enum Refusal {
        FOREIGN_ORIGIN,
        MALFORMED,
        TOO_MANY;

        public String label() {
            return switch (this) {
                case FOREIGN_ORIGIN -> "foreign_origin";
                case MALFORMED -> "malformed";
                case TOO_MANY -> "too_many";
            };
        }
    }

    /// @param reason in words, fit for a log
    public record Refused(Refusal refusal, String key, String reason) {}

    /// @param changed whether the exports or their completeness are other than before
    /// @param stale how many were older than what is held
    public record Applied(boolean changed, int stale, List<Refused> refused) {
        public Applied {
            refused = List.copyOf(refused);
        }
    }

    public PeerRecords(ClusterName peer, Bounds bounds) {
        this.peer = peer;
        this.bounds = bounds;
        this.withdrawn = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > bounds.recordsPerPeer();
            }
        };
    }

    /// @param from the instance of the peer that tells it
    public Applied apply(String from, Changes changes) {
        if (!from.equals(instance)) {
            instance = from;
            withdrawn.clear();
        }
        var refused = new ArrayList<Refused>();
        var changed = false;
        var stale = 0;
        for (var withdrawal : changes.getWithdrawalsList()) {
            switch (take(withdrawal, refused)) {
                case TAKEN, REFUSED_WITH_WHAT_WAS_HELD -> changed = true;
                case STALE -> stale++;
                case REFUSED -> {}
            }
        }
        for (var record : changes.getRecordsList()) {
            switch (take(record, refused)) {
                case TAKEN, REFUSED_WITH_WHAT_WAS_HELD -> changed = true;
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
        REFUSED,
        REFUSED_WITH_WHAT_WAS_HELD
    }

    private Taking take(ExportRecord record, List<Refused> refused) {
        if (isForeign(record.getOrigin(), record.getKey(), refused)) {
            return Taking.REFUSED;
        }
        var known = Optional.ofNullable(held.get(record.getKey()));
        if (record.getVersion() > 0 && record.getVersion() <= newest(record.getKey(), known)) {
            return Taking.STALE;
        }
        var noRoom = noRoom(record, known);
        if (noRoom.isPresent()) {
            return refuse(Refusal.TOO_MANY, record, noRoom.get(), refused);
        }
        try {
            hold(record.getKey(), checked(record));
        } catch (IllegalArgumentException e) {
            return refuse(Refusal.MALFORMED, record, String.valueOf(e.getMessage()), refused);
        }
        withdrawn.remove(record.getKey());
        return Taking.TAKEN;
    }

    private long newest(String key, Optional<Held> known) {
        return known.map(
                        have -> have.instance().equals(instance) ? have.record().getVersion() : 0L)
                .orElseGet(() -> withdrawn.getOrDefault(key, 0L));
    }

    private Optional<String> noRoom(ExportRecord record, Optional<Held> known) {
        if (known.isEmpty() && held.size() >= bounds.recordsPerPeer()) {
            return Optional.of("more than " + bounds.recordsPerPeer() + " exports of one peer are not kept");
        }
        var before = known.map(Held::bytes).orElse(0);
        return bytes - before + record.getSerializedSize() > bounds.bytesPerPeer()
                ? Optional.of("more than " + bounds.bytesPerPeer() + " bytes of exports of one peer are not kept")
                : Optional.empty();
    }

    /// The successor of what is held is newer, so that goes; a record whose own version cannot be told changes nothing.
    private Taking refuse(Refusal refusal, ExportRecord record, String reason, List<Refused> refused) {
        refused.add(refused(refusal, record.getKey(), reason));
        if (record.getVersion() <= 0) {
            return Taking.REFUSED;
        }
        remember(record.getKey(), record.getVersion() - 1); // it may be sent once more, when there is room
        return letGo(record.getKey()) ? Taking.REFUSED_WITH_WHAT_WAS_HELD : Taking.REFUSED;
    }

    private void hold(String key, Held now) {
        letGo(key);
        held.put(key, now);
        bytes += now.bytes();
    }

    private boolean letGo(String key) {
        var gone = Optional.ofNullable(held.remove(key));
        gone.ifPresent(was -> bytes -= was.bytes());
        return gone.isPresent();
    }

    private void remember(String key, long version) {
        if (key.length() <= Differences.LONGEST_KEY) {
            withdrawn.merge(key, version, Math::max);
        }
    }

    private Held checked(ExportRecord record) {
        if (record.getSerializedSize() > bounds.recordBytes()) {
            throw new IllegalArgumentException(
                    PreparedExports.tooLarge(bounds.recordBytes(), record.getSerializedSize()));
        }
        return new Held(record, ExportCodec.digest(record), ExportCodec.decode(record), instance);
    }

    private Taking take(Withdrawal withdrawal, List<Refused> refused) {
        if (isForeign(withdrawal.getOrigin(), withdrawal.getKey(), refused)) {
            return Taking.REFUSED;
        }
        var known = held.get(withdrawal.getKey());
        if (known != null
                && known.instance().equals(instance)
                && withdrawal.getVersion() < known.record().getVersion()) {
            return Taking.STALE;
        }
        remember(withdrawal.getKey(), withdrawal.getVersion());
        return letGo(withdrawal.getKey()) ? Taking.TAKEN : Taking.STALE;
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
    public List<Holdings> holdings() {
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
    public Applied restore(HeldExports kept) {
        return apply(
                "",
                Changes.newBuilder()
                        .addAllRecords(kept.getRecordsList())
                        .setComplete(kept.getComplete())
                        .build());
    }

    public HeldExports toKeep() {
        var kept = HeldExports.newBuilder().setOrigin(peer.value()).setComplete(complete);
        held.values().forEach(have -> kept.addRecords(have.record()));
        return kept.build();
    }

    public PeerExports exports() {
        var exports = new HashMap<ServiceName, Export>();
        held.values().forEach(have -> exports.put(have.export().name(), have.export()));
        return new PeerExports(peer, complete, exports);
    }

    public int size() {
        return held.size();
    }
}
