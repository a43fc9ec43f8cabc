package dev.sekisho.controlplane.peers.records;

import com.google.protobuf.ByteString;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.ExportRecord;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Our exports as records, still without versions, and why peers are not told of the others: what no peer would take
/// is not sent.
///
/// @param records by key
/// @param untold in words for whoever wrote the ServiceExport
public record PreparedExports(SortedMap<String, Prepared> records, Map<ServiceName, String> untold) {
    /// @param digest of the content; see [ExportCodec#digest]
    record Prepared(ExportRecord record, ByteString digest) {}

    public PreparedExports {
        records = Collections.unmodifiableSortedMap(new TreeMap<>(records));
        untold = Map.copyOf(untold);
    }

    /// @param recordBytes how large a record may be
    public static PreparedExports of(Map<ServiceName, Export> exports, int recordBytes) {
        var records = new TreeMap<String, Prepared>();
        var untold = new HashMap<ServiceName, String>();
        exports.forEach((name, export) -> {
            var record = ExportCodec.encode(export);
            if (record.getSerializedSize() > recordBytes) {
                record = record.toBuilder().clearIngress().build(); // callers ask us then
            }
            var problem = problem(record, recordBytes);
            if (problem.isPresent()) {
                untold.put(name, problem.get());
            } else {
                records.put(record.getKey(), new Prepared(record, ExportCodec.digest(record)));
            }
        });
        return new PreparedExports(records, untold);
    }

    private static Optional<String> problem(ExportRecord record, int recordBytes) {
        try {
            ExportRules.check(record.toBuilder().setVersion(1).build());
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        return record.getSerializedSize() > recordBytes
                ? Optional.of(tooLarge(recordBytes, record.getSerializedSize()))
                : Optional.empty();
    }

    static String tooLarge(int most, int got) {
        return "its ports, labels, annotations and hostnames must be at most " + most + " bytes together, got " + got;
    }
}
