package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.clusterset.GatewayPass;
import dev.sekisho.controlplane.clusterset.GatewayPass.Cause;
import dev.sekisho.controlplane.kinds.EndpointSlices;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceImport;
import dev.sekisho.controlplane.kubernetes.ApiErrors;
import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.controlplane.kubernetes.SeenObjects;
import dev.sekisho.controlplane.kubernetes.write.AppliedObjects.Outcome;
import dev.sekisho.controlplane.kubernetes.write.Requests.Request;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One write: which objects of ours there shall be, and what came of it. Used by one thread.
final class WriteRound {
    private final Requests requests;
    private final AppliedObjects applied;
    private final TakenNames takenNames;
    private final Map<ObjectKey, HasMetadata> seen = new HashMap<>();
    private final Set<ObjectKey> wanted = new HashSet<>();
    private final List<Request> next = new ArrayList<>();
    private final Map<ServiceName, ServiceImport> standing = new ConcurrentHashMap<>();
    private final Map<ServiceName, Set<ObjectKey>> inTheWay = new ConcurrentHashMap<>();
    private final Set<ObjectKey> taken = ConcurrentHashMap.newKeySet();
    private final Set<String> unfinished = ConcurrentHashMap.newKeySet();
    private final Map<ObjectKey, String> refused = new ConcurrentHashMap<>();

    WriteRound(Requests requests, AppliedObjects applied, TakenNames takenNames, SeenObjects objects) {
        this.requests = requests;
        this.applied = applied;
        this.takenNames = takenNames;
        for (var kind : List.of(Service.class, ServiceImport.class, EndpointSlice.class)) {
            objects.ours(kind)
                    .filter(object -> labels(object).containsKey(OwnObjects.IMPORT))
                    .forEach(object -> seen.put(ObjectKey.of(object), object));
        }
        objects.ours(NetworkPolicy.class)
                .filter(object -> labels(object).containsKey(OwnObjects.GATEWAY_PASS))
                .forEach(object -> seen.put(ObjectKey.of(object), object));
    }

    private static Map<String, String> labels(HasMetadata object) {
        return OwnObjects.labels(object.getMetadata());
    }

    void want(GatewayPass pass, NetworkPolicy object) {
        if (standing(object).isPresent()) {
            return;
        }
        next.add(() -> {
            try {
                apply(object);
            } catch (IOException | RuntimeException e) {
                switch (pass.cause()) {
                    case Cause.Exported(var service) ->
                        refused(
                                ObjectKey.of(ServiceExport.class, service.namespace(), service.name()),
                                "The API server does not take a NetworkPolicy that would let gateways through to pods of"
                                        + " this service, which policies isolate: ",
                                e);
                    case Cause.Isolated(var policy) ->
                        refused(
                                ObjectKey.of(NetworkPolicy.class, policy.namespace(), policy.name()),
                                "The API server does not take a NetworkPolicy that would let pods, which this policy"
                                        + " isolates, through to gateways, so they may call no service of another"
                                        + " cluster: ",
                                e);
                }
                throw e;
            }
        });
    }

    void want(ServiceName imported, HasMetadata object) {
        var stands = standing(object);
        if (stands.isPresent()) {
            stood(imported, stands.get());
            return;
        }
        next.add(() -> {
            try {
                switch (apply(object)) {
                    case Outcome.Stands(var now) -> stood(imported, now);
                    case Outcome.NameTaken(var by) ->
                        inTheWay.computeIfAbsent(imported, _ -> ConcurrentHashMap.newKeySet())
                                .add(ObjectKey.of(by));
                    case Outcome.NoNamespace _ -> {}
                }
            } catch (IOException | RuntimeException e) {
                unfinished.add(imported.toString());
                refused(
                        ObjectKey.of(ServiceImport.class, imported.namespace(), imported.name()),
                        "The API server does not take an object that serves this import: ",
                        e);
                throw e;
            }
        });
    }

    /// @param sufferer whose object it is that could not be written
    private void refused(ObjectKey sufferer, String what, Exception e) {
        if (ApiErrors.isRefusal(e)) {
            // Of several the same one each time, whichever is answered first.
            refused.merge(sufferer, what + e.getMessage(), (one, other) -> one.compareTo(other) <= 0 ? one : other);
        }
    }

    /// Most objects stand already: they take no request, and no thread.
    private Optional<HasMetadata> standing(HasMetadata object) {
        var key = ObjectKey.of(object);
        wanted.add(key);
        return applied.standing(object, Optional.ofNullable(seen.get(key)));
    }

    private void stood(ServiceName imported, HasMetadata object) {
        if (object instanceof ServiceImport serviceImport) {
            standing.put(imported, serviceImport);
        }
    }

    private Outcome apply(HasMetadata object) throws IOException {
        var outcome = applied.apply(object, Optional.ofNullable(seen.get(ObjectKey.of(object))));
        if (outcome instanceof Outcome.NameTaken(var by)) {
            taken.add(ObjectKey.of(by));
            takenNames.found(by);
        }
        return outcome;
    }

    /// What was wanted since this was called last.
    void applyWanted() {
        requests.sendAll(List.copyOf(next));
        next.clear();
    }

    /// What is not wanted, but for what serves an import that stays, or for which not everything could be applied.
    ///
    /// @param leaving by which a Service goes some time after its endpoints
    void deleteUnwanted(Set<ServiceName> held, LeavingServices leaving) {
        var staying = held.stream().map(ServiceName::toString).collect(Collectors.toSet());
        staying.addAll(unfinished);
        var unwanted = seen.entrySet().stream()
                .filter(entry -> !wanted.contains(entry.getKey()))
                .filter(entry -> !staying.contains(entry.getKey().namespace() + "/"
                        + labels(entry.getValue()).get(OwnObjects.IMPORT)))
                .map(Map.Entry::getValue)
                .toList();
        delete(unwanted.stream().filter(object -> !(object instanceof Service)));
        var served = served();
        delete(leaving.due(
                unwanted.stream().filter(Service.class::isInstance).toList(),
                service -> served.contains(ObjectKey.of(service))));
    }

    /// The Services that slices of ours were there for when this began.
    private Set<ObjectKey> served() {
        return seen.values().stream()
                .filter(EndpointSlice.class::isInstance)
                .map(slice -> ObjectKey.of(
                        Service.class,
                        slice.getMetadata().getNamespace(),
                        labels(slice).getOrDefault(EndpointSlices.SERVICE_LABEL, "")))
                .collect(Collectors.toSet());
    }

    private void delete(Stream<? extends HasMetadata> objects) {
        requests.sendAll(
                objects.map(object -> (Request) () -> applied.delete(object)).toList());
    }

    Optional<ServiceImport> seenImport(ServiceName name) {
        return Optional.ofNullable(seen.get(ObjectKey.of(ServiceImport.class, name.namespace(), name.name())))
                .map(ServiceImport.class::cast);
    }

    /// The one of ours that `wanted` is to become.
    Optional<Service> seenService(Service wanted) {
        return Optional.ofNullable(seen.get(ObjectKey.of(wanted))).map(Service.class::cast);
    }

    /// As it was applied; empty when it could not be, or is somebody else's.
    Optional<ServiceImport> standingImport(ServiceName name) {
        return Optional.ofNullable(standing.get(name));
    }

    /// What the API server does not take and why, by the ServiceImport, ServiceExport or NetworkPolicy that suffers.
    Map<ObjectKey, String> refused() {
        return Map.copyOf(refused);
    }

    /// Objects of somebody else that have the names of what the import needs.
    Set<ObjectKey> inTheWayOf(ServiceName imported) {
        return Set.copyOf(inTheWay.getOrDefault(imported, Set.of()));
    }

    /// All objects of somebody else that have the names of ours.
    Set<ObjectKey> inTheWay() {
        return Set.copyOf(taken);
    }

    Set<ObjectKey> wanted() {
        return Set.copyOf(wanted);
    }
}
