package dev.sekisho.controlplane.peers;

import com.google.protobuf.ByteString;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.ExportRecord;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What this cluster exports, as records with versions. A version grows by one with every change; it starts at the
/// clock's milliseconds, so that it goes on growing over a restart, and [PeerVersions] makes up for a clock that went
/// back.
final class OwnExports {
    private final ClusterName cluster;
    private final SortedMap<String, OwnRecord> records = new TreeMap<>();
    private Set<String> tooLarge = Set.of();
    private long version;
    private boolean published;

    /// @param digest of the content; see [ExportCodec#digest]
    record OwnRecord(ExportRecord record, ByteString digest) {}

    /// @param startedAtMillis since 1970
    OwnExports(ClusterName cluster, long startedAtMillis) {
        this.cluster = cluster;
        this.version = startedAtMillis;
    }

    /// @return the exports that cannot be sent because their record is larger than `recordBytes`; peers keep what
    ///     they have of these
    Set<String> publish(Map<ServiceName, Export> exports, int recordBytes) {
        var wanted = new TreeMap<String, OwnRecord>();
        var refused = new TreeSet<String>();
        exports.forEach((name, export) -> {
            var record = ExportCodec.encode(export);
            if (record.getSerializedSize() > recordBytes) {
                record = record.toBuilder().clearIngress().build(); // callers ask us then
            }
            if (record.getSerializedSize() > recordBytes) {
                refused.add(record.getKey());
            } else {
                wanted.put(record.getKey(), new OwnRecord(record, ExportCodec.digest(record)));
            }
        });
        tooLarge = Set.copyOf(refused);
        if (records.keySet().removeIf(key -> !wanted.containsKey(key) && !refused.contains(key))) {
            version++;
        }
        wanted.forEach((key, own) -> {
            var known = records.get(key);
            if (known == null || !known.digest().equals(own.digest())) {
                records.put(key, versioned(own));
            }
        });
        published = true;
        return tooLarge;
    }

    private OwnRecord versioned(OwnRecord own) {
        return new OwnRecord(own.record().toBuilder().setVersion(++version).build(), own.digest());
    }

    /// Whether anything was published yet; before that, what we export is unknown and not "nothing".
    boolean isPublished() {
        return published;
    }

    ClusterName cluster() {
        return cluster;
    }

    /// Whether the service is exported, even if its record is too large to be sent.
    boolean exports(String key) {
        return records.containsKey(key) || tooLarge.contains(key);
    }

    /// By key, in key order.
    SortedMap<String, OwnRecord> records() {
        return Collections.unmodifiableSortedMap(records);
    }

    /// At least the version of every change so far, removals included.
    long version() {
        return version;
    }
}
