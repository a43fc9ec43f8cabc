package dev.sekisho.controlplane.standalone;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.reconcile.Results;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.controlplane.standalone.AtomicFile.Durability;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the control plane writes into the folder: results in `status/`, for people, and in `state/control-plane/` what
/// it must still know after a restart. Confined to one thread, which it blocks.
final class ResultFiles {
    private static final Logger log = LoggerFactory.getLogger(ResultFiles.class);
    private static final Duration BETWEEN_AGES = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final OwnFile problems;
    private final OwnFile importsForPeople;
    private final OwnFile importsToRecall;
    private final OwnFile exportsFile;
    private final OwnFile peersFile;
    private Map<ServiceName, ObjectNode> imports = Map.of();
    private Map<ServiceName, ObjectNode> exports = Map.of();
    private Map<ClusterName, PeerStatus> peers = Map.of();
    private Instant peersWrittenAt = Instant.EPOCH;
    private boolean peersKnown;

    ResultFiles(Path statusFolder, Path stateFolder, InstantSource clock) {
        this.clock = clock;
        this.problems = new OwnFile(statusFolder, RefusedFile.NAME, Durability.SYNCED);
        this.importsForPeople = new OwnFile(statusFolder, "serviceimports.yaml", Durability.SYNCED);
        this.importsToRecall = new OwnFile(stateFolder, "serviceimports.yaml", Durability.SYNCED);
        this.exportsFile = new OwnFile(statusFolder, "serviceexports.yaml", Durability.SYNCED);
        this.peersFile = new OwnFile(statusFolder, "peers.yaml", Durability.BEST_EFFORT);
    }

    void recall() {
        imports = byName(importsToRecall.read());
        exports = byName(exportsFile.read());
    }

    private static Map<ServiceName, ObjectNode> byName(List<ObjectNode> objects) {
        var byName = new HashMap<ServiceName, ObjectNode>();
        for (var object : objects) {
            var metadata = object.path("metadata");
            try {
                byName.put(
                        new ServiceName(
                                metadata.path("namespace").asString(""),
                                metadata.path("name").asString("")),
                        object);
            } catch (IllegalArgumentException e) {
                log.atWarn().setCause(e).log("An object that was written earlier has no usable name; it is left out");
            }
        }
        return byName;
    }

    /// The imports as written, an earlier run's included.
    Map<ServiceName, WrittenImport> imports() {
        var written = new HashMap<ServiceName, WrittenImport>();
        imports.forEach((name, object) -> written.put(name, new WrittenImport(name, ips(object), Map.of())));
        return written;
    }

    private static List<InetAddress> ips(ObjectNode object) {
        return object.path("spec")
                .path("ips")
                .valueStream()
                .map(ip -> ip.asString(""))
                .filter(InetAddresses::isInetAddress)
                .map(InetAddresses::forString)
                .toList();
    }

    /// The peers' ages may follow within a second.
    void write(Results results) throws IOException {
        var now = clock.instant();
        var nextImports = new TreeMap<ServiceName, ObjectNode>();
        results.held().forEach(name -> find(imports, name).ifPresent(object -> nextImports.put(name, object)));
        results.imports()
                .forEach((name, found) -> nextImports.put(
                        name,
                        ResultObjects.serviceImport(
                                found,
                                results.importConditions().getOrDefault(name, List.of()),
                                find(imports, name),
                                now)));
        var nextExports = new TreeMap<ServiceName, ObjectNode>();
        results.exportConditions()
                .forEach((name, conditions) ->
                        nextExports.put(name, ResultObjects.serviceExport(name, conditions, find(exports, name), now)));
        // What must be recalled goes first: an address that was shown to people is never forgotten.
        importsToRecall.write(nextImports.values());
        imports = nextImports;
        importsForPeople.write(nextImports.values());
        exportsFile.write(nextExports.values());
        exports = nextExports;
        peers = results.peers();
        peersKnown = true;
        writeAges();
    }

    /// Brings the peers' ages up to date, at most once a second.
    void writeAges() throws IOException {
        var now = clock.instant();
        if (!peersKnown || Duration.between(peersWrittenAt, now).abs().compareTo(BETWEEN_AGES) < 0) {
            return;
        }
        peersWrittenAt = now;
        var objects = new ArrayList<ObjectNode>();
        new TreeMap<>(peers).forEach((name, peer) -> objects.add(ResultObjects.peer(name, peer, now)));
        peersFile.write(objects);
    }

    void writeProblems(Collection<RefusedFile> refused) throws IOException {
        problems.write(refused.stream().map(ResultObjects::problem).toList());
    }

    private static Optional<ObjectNode> find(Map<ServiceName, ObjectNode> objects, ServiceName name) {
        return Optional.ofNullable(objects.get(name));
    }
}
