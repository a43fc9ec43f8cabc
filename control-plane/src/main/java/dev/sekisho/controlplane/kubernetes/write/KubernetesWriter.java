package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceImport;
import dev.sekisho.controlplane.kubernetes.ClusterWriter;
import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.controlplane.kubernetes.InstallationOwner;
import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.PassedOver;
import dev.sekisho.controlplane.kubernetes.SeenObjects;
import dev.sekisho.controlplane.kubernetes.write.Requests.Request;
import dev.sekisho.controlplane.reconcile.Results;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Makes the cluster's objects equal to the results: ServiceImports with what serves them, the policies that let
/// gateways through, and what is told in status and Events. Only what differs from what stands there is sent, some
/// requests at a time, each write on a virtual thread of its own; what fails stops nothing else.
///
/// What an import needs is applied before what tells of it, and what replaces something before that is deleted. A
/// Service, or a port of it, is deleted by a later write than its endpoints ([LeavingServices], [LeavingPorts]).
public final class KubernetesWriter implements ClusterWriter {
    private final KubernetesClient client;
    private final Installation installation;
    private final InstallationOwner installationOwner;
    private final SeenObjects seen;
    private final AppliedObjects applied;
    private final StatusWriter statuses;
    private final ClusterEvents events;
    private final TakenNames takenNames;
    private final LeavingServices leaving;
    private final LeavingPorts leavingPorts;
    private final PassedOverEvents passedOver;
    private final RefusedWrites refusedWrites;
    private final Map<ServiceName, ImportObjects.Made> wanted = new ConcurrentHashMap<>();
    private volatile boolean stopped;
    private volatile boolean writeAgain;
    private volatile Future<Void> running = Future.succeededFuture();

    /// @param pod our own, as which Events are told
    public KubernetesWriter(
            KubernetesClient client, Installation installation, SeenObjects seen, String pod, InstantSource clock) {
        this.client = client;
        this.installation = installation;
        this.installationOwner = new InstallationOwner(client, installation);
        this.seen = seen;
        this.applied = new AppliedObjects(client, seen);
        this.events = new ClusterEvents(client, pod, clock);
        this.statuses = new StatusWriter(new Statuses(client, seen), events, clock);
        this.takenNames = new TakenNames(events);
        this.leaving = new LeavingServices(clock);
        this.leavingPorts = new LeavingPorts(clock);
        this.passedOver = new PassedOverEvents(events, seen::export);
        this.refusedWrites = new RefusedWrites(events);
    }

    @Override
    public Future<Void> write(Results results, ClusterView view) {
        var done = Promise.<Void>promise();
        running = done.future();
        Thread.ofVirtual().name("cluster-writer").start(() -> {
            try {
                writeAll(results, view);
                done.complete();
            } catch (IOException | RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    @Override
    public Optional<Duration> againAfter() {
        return writeAgain ? Optional.of(LeavingServices.STAY) : Optional.empty();
    }

    @Override
    public Future<Void> stop() {
        stopped = true;
        return running.otherwiseEmpty();
    }

    private void writeAll(Results results, ClusterView view) throws IOException {
        var owner = installationOwner.references();
        var unread = seen.passedOver().toList();
        var told = PassedOver.addTo(results, unread);
        var requests = new Requests(() -> stopped);
        var round = new WriteRound(requests, applied, takenNames, seen);
        var objects = new ImportObjects(owner);
        wanted.keySet().retainAll(results.imports().keySet());
        var policies = new PassObjects(installation, owner);
        var imports = results.imports().values().stream()
                .filter(imported ->
                        view.namespaces().containsKey(imported.name().namespace()))
                .sorted(Comparator.comparing(Import::name))
                .toList();

        results.passes().stream()
                .filter(pass -> view.namespaces().containsKey(pass.namespace()))
                .forEach(pass -> round.want(pass, policies.policy(pass)));
        leavingPorts.newRound();
        imports.forEach(imported -> {
            var made = objects(imported, objects);
            made.service()
                    .map(service -> leavingPorts.keptBy(service, round.seenService(service)))
                    .ifPresent(service -> round.want(imported.name(), service));
            made.slices().forEach(slice -> round.want(imported.name(), slice));
        });
        round.applyWanted();
        imports.stream()
                .filter(imported -> isToBeTold(imported, round))
                .forEach(imported ->
                        round.want(imported.name(), objects(imported, objects).serviceImport()));
        round.applyWanted();
        requests.sendAll(statusesOf(told, imports, round));
        round.deleteUnwanted(results.held(), leaving);
        passedOver.observe(unread.stream());
        requests.sendAll(
                List.<Request>of(() -> refusedWrites.observe(round.refused(), sufferer -> regarding(sufferer, round))));
        requests.sendAll(List.<Request>of(events::write));

        writeAgain = leaving.waiting() || leavingPorts.waiting();
        forgetOthers(told, imports, round);
        requests.requireAllDone();
    }

    /// Most imports are the same ones as in the last write, and so are their objects then.
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
    private ImportObjects.Made objects(Import imported, ImportObjects objects) {
        return wanted.compute(
                imported.name(),
                (_, last) -> last != null && last.of() == imported && last.by().equals(objects)
                        ? last
                        : objects.of(imported));
    }

    /// A ServiceImport comes with its addresses, so that whoever sees it can call it. One that gets none says why.
    private static boolean isToBeTold(Import imported, WriteRound round) {
        return imported.headless()
                || !imported.ips().isEmpty()
                || imported.listenPorts().isEmpty()
                || !round.inTheWayOf(imported.name()).isEmpty()
                || round.seenImport(imported.name()).isPresent();
    }

    private List<Request> statusesOf(Results results, List<Import> imports, WriteRound round) {
        var all = new ArrayList<Request>();
        var refused = round.refused();
        imports.forEach(imported -> round.standingImport(imported.name())
                .ifPresent(standing -> all.add(() -> statuses.imported(
                        standing,
                        round.seenImport(imported.name()),
                        imported,
                        results.importConditions().getOrDefault(imported.name(), List.of()),
                        round.inTheWayOf(imported.name())))));
        results.exportConditions()
                .forEach((name, conditions) -> seen.export(name)
                        .ifPresent(export -> all.add(() -> statuses.exported(
                                export,
                                conditionsWith(conditions, Optional.ofNullable(refused.get(ObjectKey.of(export))))))));
        results.peers()
                .forEach((name, status) ->
                        seen.peer(name).ifPresent(peer -> all.add(() -> statuses.linked(name, peer, status))));
        return all;
    }

    /// Whether gateways get through without the NetworkPolicy is only known to who enforces policy in this cluster.
    private static List<Condition> conditionsWith(List<Condition> conditions, Optional<String> refusedPass) {
        return refusedPass
                .map(why -> conditions.stream()
                        .map(condition -> condition.type().equals("Ready")
                                        && condition.status().equals("True")
                                ? new Condition("Ready", "Unknown", "WriteRefused", why)
                                : condition)
                        .toList())
                .orElse(conditions);
    }

    /// The object that suffers from something that cannot be written.
    private Optional<HasMetadata> regarding(ObjectKey sufferer, WriteRound round) {
        if (!sufferer.isOf(NetworkPolicy.class)) {
            var service = new ServiceName(sufferer.namespace(), sufferer.name());
            return Optional.of(service)
                    .filter(_ -> sufferer.isOf(ServiceImport.class))
                    .flatMap(imported -> round.standingImport(imported).or(() -> round.seenImport(imported)))
                    .<HasMetadata>map(found -> found)
                    .or(() -> seen.export(service));
        }
        return Optional.ofNullable(client.network()
                .v1()
                .networkPolicies()
                .inNamespace(sufferer.namespace())
                .withName(sufferer.name())
                .get());
    }

    private void forgetOthers(Results results, List<Import> imports, WriteRound round) {
        applied.retain(round.wanted());
        takenNames.retain(round.inTheWay());
        var told = new HashSet<ObjectKey>();
        imports.forEach(imported -> told.add(keyOf(ServiceImport.class, imported.name())));
        results.exportConditions().keySet().forEach(name -> told.add(keyOf(ServiceExport.class, name)));
        results.peers().keySet().forEach(peer -> told.add(ObjectKey.of(Peer.class, "", peer.value())));
        statuses.retain(told, results.peers().keySet());
    }

    private static ObjectKey keyOf(Class<? extends HasMetadata> kind, ServiceName name) {
        return ObjectKey.of(kind, name.namespace(), name.name());
    }
}
