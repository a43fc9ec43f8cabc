package dev.sekisho.controlplane.peers.records;

import com.google.protobuf.ByteString;
import dev.sekisho.controlplane.peers.records.OwnExports.OwnRecord;
import dev.sekisho.sync.v1.Changes;
import dev.sekisho.sync.v1.Holdings;
import dev.sekisho.sync.v1.Withdrawal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What one peer must still be told on one stream: our exports less what it holds. Nothing is queued: the next message
/// is worked out when there is room to send it, so however often an export changed meanwhile, it is sent once.
public final class Differences {
    /// Two DNS labels and the slash between them.
    static final int LONGEST_KEY = 127;

    private static final int LONGEST_DIGEST = 64;

    private final Map<String, ByteString> theyHold = new HashMap<>();
    private final Set<String> refusedForRoom = new HashSet<>();
    private final Map<String, String> withheld = new HashMap<>();
    private final Bounds bounds;
    private final PeerVersions versions;
    private int theyTakeBytes = Bounds.UNSAID_RECORD_BYTES;
    private boolean saidComplete;

    public Differences(Bounds bounds, PeerVersions versions) {
        this.bounds = bounds;
        this.versions = versions;
    }

    /// The peer says what it holds; in parts when it is much.
    ///
    /// @return false when it holds more than any of us may have, which cannot be true
    public boolean theyHold(Holdings holdings) {
        for (var digest : holdings.getDigestsList()) {
            if (digest.getKey().length() > LONGEST_KEY || digest.getContent().size() > LONGEST_DIGEST) {
                return false;
            }
            theyHold.put(digest.getKey(), digest.getContent());
        }
        return theyHold.size() <= bounds.recordsPerPeer();
    }

    /// @param bytes of the largest record that the peer takes
    public void theyTake(int bytes) {
        theyTakeBytes = bytes;
    }

    /// The peer had no room for a record. It is sent again once others are withdrawn.
    public void refusedForRoom(String key) {
        if (theyHold.containsKey(key)) {
            refusedForRoom.add(key);
        }
    }

    /// Why records are not sent to this peer, by key: it takes none as large as they are.
    public Map<String, String> withheld() {
        return Map.copyOf(withheld);
    }

    /// The next message, which the caller must send; empty when the peer is up to date, or while what we export is
    /// unknown to ourselves.
    public Optional<Changes> next(OwnExports own) {
        if (!own.isPublished()) {
            return Optional.empty();
        }
        var changes = Changes.newBuilder();
        var everything = addDifferences(own, changes);
        if (changes.getWithdrawalsCount() > 0 && !refusedForRoom.isEmpty()) {
            theyHold.keySet().removeAll(refusedForRoom);
            refusedForRoom.clear();
            everything = false;
        }
        if (everything && !saidComplete) {
            saidComplete = true;
            changes.setComplete(true);
        }
        return changes.getRecordsCount() > 0 || changes.getWithdrawalsCount() > 0 || changes.getComplete()
                ? Optional.of(changes.build())
                : Optional.empty();
    }

    private boolean addDifferences(OwnExports own, Changes.Builder changes) {
        var bytes = 0;
        withheld.keySet().retainAll(own.records().keySet());
        for (var entry : own.records().entrySet()) {
            var fitting = fitting(entry.getValue());
            if (fitting.isEmpty()) {
                continue;
            }
            var record = fitting.get();
            if (record.digest().equals(theyHold.get(entry.getKey()))) {
                continue;
            }
            var size = record.record().getSerializedSize();
            if (bytes > 0 && bytes + size > bounds.batchBytes()) {
                return false;
            }
            bytes += size;
            changes.addRecords(record.record().toBuilder()
                    .setVersion(versions.of(record.record().getVersion())));
            theyHold.put(entry.getKey(), record.digest());
            refusedForRoom.remove(entry.getKey());
        }
        var held = theyHold.keySet().iterator();
        while (held.hasNext()) {
            var key = held.next();
            if (own.records().containsKey(key) && !withheld.containsKey(key)) {
                continue;
            }
            if (bytes > 0 && bytes + key.length() > bounds.batchBytes()) {
                return false;
            }
            bytes += key.length() + 32;
            changes.addWithdrawals(Withdrawal.newBuilder()
                    .setKey(key)
                    .setOrigin(own.cluster().value())
                    .setVersion(versions.of(own.version())));
            held.remove();
            refusedForRoom.remove(key);
        }
        return true;
    }

    /// The record as this peer can take it; empty when it cannot.
    private Optional<OwnRecord> fitting(OwnRecord own) {
        var key = own.record().getKey();
        withheld.remove(key);
        if (own.record().getSerializedSize() <= theyTakeBytes) {
            return Optional.of(own);
        }
        var smaller = own.record().toBuilder().clearIngress().build(); // callers ask us then
        if (smaller.getSerializedSize() <= theyTakeBytes) {
            return Optional.of(new OwnRecord(smaller, ExportCodec.digest(smaller)));
        }
        withheld.put(key, PreparedExports.tooLarge(theyTakeBytes, smaller.getSerializedSize()));
        return Optional.empty();
    }
}
