package dev.sekisho.controlplane.peers.records;

import com.google.protobuf.ByteString;
import dev.sekisho.controlplane.peers.records.PreparedExports.Prepared;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.ExportRecord;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What this cluster tells its peers, as records with versions. A version grows by one with every change; it starts at
/// the clock's milliseconds, so that it goes on growing over a restart, and [PeerVersions] makes up for a clock that
/// went back.
public final class OwnExports {
    private final ClusterName cluster;
    private final SortedMap<String, OwnRecord> records = new TreeMap<>();
    private long version;
    private boolean published;

    /// @param digest of the content; see [ExportCodec#digest]
    record OwnRecord(ExportRecord record, ByteString digest) {}

    /// @param startedAtMillis since 1970
    public OwnExports(ClusterName cluster, long startedAtMillis) {
        this.cluster = cluster;
        this.version = startedAtMillis;
    }

    /// Replaces all. One that cannot be told any more is withdrawn: what peers hold of it is known to be out of date.
    public void publish(PreparedExports exports) {
        if (records.keySet().removeIf(key -> !exports.records().containsKey(key))) {
            version++;
        }
        exports.records().forEach((key, prepared) -> {
            var known = records.get(key);
            if (known == null || !known.digest().equals(prepared.digest())) {
                records.put(key, versioned(prepared));
            }
        });
        published = true;
    }

    private OwnRecord versioned(Prepared prepared) {
        return new OwnRecord(prepared.record().toBuilder().setVersion(++version).build(), prepared.digest());
    }

    /// Whether anything was published yet; before that, what we export is unknown and not "nothing".
    boolean isPublished() {
        return published;
    }

    public ClusterName cluster() {
        return cluster;
    }

    /// By key, in key order.
    public SortedMap<String, OwnRecord> records() {
        return Collections.unmodifiableSortedMap(records);
    }

    /// At least the version of every change so far, removals included.
    long version() {
        return version;
    }
}
