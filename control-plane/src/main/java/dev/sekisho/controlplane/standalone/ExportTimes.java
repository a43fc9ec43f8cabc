package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.standalone.AtomicFile.Durability;
import dev.sekisho.names.ServiceName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/// When each ServiceExport was first seen, which stands for the creation time that an API server would have given it:
/// the oldest export wins a conflict, so it must not change with a restart. Confined to one thread, which it blocks.
final class ExportTimes {
    private static final Logger log = LoggerFactory.getLogger(ExportTimes.class);

    private final OwnFile file;
    private final InstantSource clock;
    private final Map<ServiceName, Instant> firstSeen = new HashMap<>();
    private boolean unwritten;

    ExportTimes(Path stateFolder, InstantSource clock) {
        this.file = new OwnFile(stateFolder, "exports.yaml", Durability.SYNCED);
        this.clock = clock;
    }

    void recall() {
        for (var item : file.read()) {
            try {
                firstSeen.put(
                        ServiceName.parse(item.path("service").asString("")),
                        Instant.parse(item.path("firstSeen").asString("")));
            } catch (IllegalArgumentException | DateTimeException e) {
                log.atWarn().addKeyValue("entry", item).setCause(e).log("When an export was first seen cannot be read");
            }
        }
    }

    /// In whole seconds, as an API server counts. Now, when it was never seen before.
    Instant firstSeen(ServiceName export) {
        return firstSeen.computeIfAbsent(export, _ -> {
            unwritten = true;
            return clock.instant().truncatedTo(ChronoUnit.SECONDS);
        });
    }

    /// Forgets every other export, as one that is made again is a new one, and writes down what is new.
    void keepOnly(Set<ServiceName> exports) {
        unwritten |= firstSeen.keySet().retainAll(exports);
        if (!unwritten) {
            return;
        }
        try {
            file.write(new TreeMap<>(firstSeen)
                    .entrySet().stream()
                            .map(entry -> JsonNodeFactory.instance
                                    .objectNode()
                                    .put("service", entry.getKey().toString())
                                    .put("firstSeen", entry.getValue().toString()))
                            .toList());
            unwritten = false;
        } catch (IOException e) {
            log.atWarn()
                    .setCause(e)
                    .log("When exports were first seen cannot be written down; it is tried again with the next change");
        }
    }
}
