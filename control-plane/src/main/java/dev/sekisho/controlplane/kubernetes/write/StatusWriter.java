package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.kinds.Conditions;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceImport;
import dev.sekisho.controlplane.kinds.ServiceImports;
import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.write.ClusterEvents.Severity;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Tells in the status of ServiceExports, ServiceImports and Peers what became of them, and by Events what somebody
/// should see to. What stands there already is not written again. Blocks; any thread, one at a time per object.
final class StatusWriter {
    /// A peer is heard of all the time; its status tells so not much more often than this.
    private static final Duration AGE_EVERY = Duration.ofSeconds(30);

    /// How the problem of a Peer may be long.
    private static final int MAX_PROBLEM_CHARACTERS = 4096;

    private final Statuses statuses;
    private final ClusterEvents events;
    private final PeerEvents peerEvents;
    private final InstantSource clock;

    StatusWriter(Statuses statuses, ClusterEvents events, InstantSource clock) {
        this.statuses = statuses;
        this.events = events;
        this.peerEvents = new PeerEvents(events);
        this.clock = clock;
    }

    /// @param export as it was seen
    void exported(ServiceExport export, List<Condition> conditions) throws IOException {
        var seen = Optional.ofNullable(export.getStatus())
                .map(status -> new ServiceExport.Status(Conditions.ours(status.conditions())));
        var before = statuses.standing(export, ServiceExport.Status.class, seen)
                .map(ServiceExport.Status::conditions)
                .orElse(List.of());
        var wanted = new ServiceExport.Status(Conditions.of(conditions, before, generation(export), clock.instant()));
        write(export, seen, wanted);
        tellProblem(export, "Valid", "False", before, conditions);
        if (conditions.stream().anyMatch(StatusWriter::isValid)) {
            tellProblem(export, "Ready", "False", before, conditions);
        }
        tellProblem(export, "Conflict", "True", before, conditions);
    }

    /// One that is not valid has said so, and why it is not ready either.
    private static boolean isValid(Condition condition) {
        return condition.type().equals("Valid") && condition.status().equals("True");
    }

    private void tellProblem(
            ServiceExport export,
            String type,
            String bad,
            List<io.fabric8.kubernetes.api.model.Condition> before,
            List<Condition> now) {
        var isKnown = Conditions.find(before, type);
        now.stream()
                .filter(condition ->
                        condition.type().equals(type) && condition.status().equals(bad))
                .filter(condition -> isKnown.filter(known -> condition.status().equals(known.getStatus())
                                && condition.reason().equals(known.getReason()))
                        .isEmpty())
                .forEach(condition ->
                        events.tell(export, Severity.WARNING, "Export", condition.reason(), condition.message()));
    }

    /// @param standing the ServiceImport as it was applied
    /// @param seen as the watches saw it last
    /// @param inTheWay objects of somebody else that have the names of ours
    void imported(
            ServiceImport standing,
            Optional<ServiceImport> seen,
            Import imported,
            List<Condition> conditions,
            Set<ObjectKey> inTheWay)
            throws IOException {
        var told = inTheWay.isEmpty() ? conditions : List.of(blocked(inTheWay));
        var seenStatus = Optional.ofNullable(seen.orElse(standing).getStatus()).map(StatusWriter::comparable);
        var before = statuses.standing(standing, ServiceImport.Status.class, seenStatus)
                .map(ServiceImport.Status::conditions)
                .orElse(List.of());
        var wanted = new ServiceImport.Status(
                Optional.of("Present"),
                ServiceImports.clusters(imported),
                Conditions.of(told, before, generation(standing), clock.instant()));
        write(standing, seenStatus, wanted);
        if (!inTheWay.isEmpty() || isShortOfPorts(imported)) {
            var isKnown = Conditions.find(before, "Ready").map(known -> known.getMessage());
            told.stream()
                    .filter(condition -> !isKnown.equals(Optional.of(condition.message())))
                    .forEach(condition -> events.tell(
                            standing,
                            Severity.WARNING,
                            "Import",
                            inTheWay.isEmpty() ? "NoListenPort" : "NameTaken",
                            condition.message()));
        }
    }

    private static ServiceImport.Status comparable(ServiceImport.Status of) {
        return new ServiceImport.Status(
                of.endpointSliceObjects(),
                of.clusters().stream()
                        .map(ServiceImport.SourceCluster::cluster)
                        .sorted()
                        .map(ServiceImport.SourceCluster::new)
                        .toList(),
                Conditions.ours(of.conditions()));
    }

    private static Condition blocked(Set<ObjectKey> inTheWay) {
        var names = inTheWay.stream().map(ObjectKey::toString).sorted().collect(Collectors.joining(", "));
        return new Condition(
                "Ready",
                "False",
                "Pending",
                "It cannot be called from here: " + names + " is not Sekisho's, so it stays as it is; delete it.");
    }

    private static boolean isShortOfPorts(Import imported) {
        return !imported.headless()
                && imported.ports().stream()
                        .anyMatch(port -> port.transport() != Transport.SCTP
                                && !imported.listenPorts().containsKey(port.key()));
    }

    /// @param peer as it was seen
    void linked(ClusterName name, Peer peer, PeerStatus now) throws IOException {
        var seen = Optional.ofNullable(peer.getStatus());
        var before = statuses.standing(peer, Peer.Status.class, seen);
        var problem = now.problem();
        var wanted = new Peer.Status(
                now.connected(),
                now.lastHeardAt().map(at -> at.truncatedTo(ChronoUnit.SECONDS)),
                now.exports(),
                Optional.of(problem.substring(0, Math.min(problem.length(), MAX_PROBLEM_CHARACTERS)))
                        .filter(text -> !text.isEmpty()));
        write(peer, seen, before.filter(status -> isAsGood(status, wanted)).orElse(wanted));
        peerEvents.observe(name, peer, before, now);
    }

    private static boolean isAsGood(Peer.Status standing, Peer.Status wanted) {
        var sameButAge = new Peer.Status(
                        standing.connected(), wanted.lastHeardAt(), standing.exports(), standing.problem())
                .equals(wanted);
        var isYoung = standing.lastHeardAt().isPresent()
                && wanted.lastHeardAt()
                        .filter(at -> Duration.between(standing.lastHeardAt().get(), at)
                                        .compareTo(AGE_EVERY)
                                < 0)
                        .isPresent();
        return sameButAge && (isYoung || standing.equals(wanted));
    }

    private <S> void write(HasMetadata object, Optional<S> seen, S wanted) throws IOException {
        if (!seen.equals(Optional.of(wanted))) {
            statuses.write(object, wanted);
        }
    }

    private static Optional<Long> generation(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getGeneration());
    }

    /// Forgets all others.
    void retain(Set<ObjectKey> objects, Set<ClusterName> peers) {
        statuses.retain(objects);
        peerEvents.retain(peers);
    }
}
