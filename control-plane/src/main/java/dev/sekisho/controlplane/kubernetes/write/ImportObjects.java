package dev.sekisho.controlplane.kubernetes.write;

import com.google.common.hash.Hashing;
import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.PlannedSlice;
import dev.sekisho.controlplane.clusterset.PlannedSlice.PlannedEndpoint;
import dev.sekisho.controlplane.kinds.EndpointSlices;
import dev.sekisho.controlplane.kinds.ServiceImport;
import dev.sekisho.controlplane.kinds.ServiceImports;
import dev.sekisho.controlplane.kubernetes.DerivedName;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditionsBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The objects by which an import can be called in this cluster (KEP-1645): the ServiceImport that tells of it, the
/// derived Service that gives it its addresses, and the EndpointSlices by which kube-proxy and DNS lead there. Plain
/// functions.
///
/// @param owner with which all of them go
record ImportObjects(List<OwnerReference> owner) {
    static final String DERIVED_SERVICE = "multicluster.kubernetes.io/derived-service";
    static final String SERVICE_NAME = "multicluster.kubernetes.io/service-name";
    static final String SOURCE_CLUSTER = "multicluster.kubernetes.io/source-cluster";

    /// What kube-proxy passes over, as it does the endpoints of headless Services.
    private static final String PASSED_OVER = "service.kubernetes.io/headless";

    private static final String CLIENT_IP = "ClientIP";

    /// What the API server fills in. Written always, as what it filled in would stay when the affinity goes.
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private static final int HASH_CHARACTERS = 10;

    ImportObjects {
        owner = List.copyOf(owner);
    }

    /// All objects of an import.
    record Made(
            ImportObjects by,
            Import of,
            Optional<Service> service,
            List<EndpointSlice> slices,
            ServiceImport serviceImport) {
        Made {
            slices = List.copyOf(slices);
        }
    }

    Made of(Import imported) {
        return new Made(this, imported, service(imported), slices(imported), serviceImport(imported));
    }

    ServiceImport serviceImport(Import of) {
        var metadata = new ObjectMetaBuilder(metadata(of.name(), of.name().name(), of.labels()))
                .addToAnnotations(of.annotations());
        if (hasService(of)) {
            metadata.addToAnnotations(DERIVED_SERVICE, DerivedName.of(of.name()));
        }
        var result = new ServiceImport();
        result.setMetadata(metadata.build());
        result.setSpec(ServiceImports.spec(of));
        return result;
    }

    private static boolean hasService(Import of) {
        return !of.headless() && !of.listenPorts().isEmpty();
    }

    /// None of an import that is called at its endpoints' own addresses, or that no gateway listens for.
    Optional<Service> service(Import of) {
        if (!hasService(of)) {
            return Optional.empty();
        }
        var ports = new ArrayList<io.fabric8.kubernetes.api.model.ServicePort>();
        for (ServicePort port : of.ports()) {
            Optional.ofNullable(of.listenPorts().get(port.key())).ifPresent(listenPort -> {
                var built = new ServicePortBuilder()
                        .withName(portName(of, port.name()))
                        .withProtocol(port.transport().name())
                        .withPort(port.number())
                        .withNewTargetPort(listenPort);
                port.appProtocol().ifPresent(built::withAppProtocol);
                ports.add(built.build());
            });
        }
        var service = new ServiceBuilder()
                .withMetadata(metadata(of.name(), DerivedName.of(of.name()), Map.of()))
                .withNewSpec()
                .withType("ClusterIP")
                .withIpFamilyPolicy("PreferDualStack")
                .withSessionAffinity(of.traits().sessionAffinity())
                .withPorts(ports)
                .endSpec();
        if (of.traits().sessionAffinity().equals(CLIENT_IP)) {
            service.editSpec()
                    .withSessionAffinityConfig(ServiceImports.affinity(
                            of.traits().sessionAffinityTimeoutSeconds().orElse(DEFAULT_AFFINITY_SECONDS)))
                    .endSpec();
        }
        return Optional.of(service.build());
    }

    /// A Service of several ports needs a name for each, and its EndpointSlices the same one; a service merged of
    /// several exports may have a port without.
    private static String portName(Import of, String name) {
        if (!name.isEmpty() || of.headless() || of.ports().size() == 1) {
            return name;
        }
        var names = of.ports().stream().map(ServicePort::name).collect(Collectors.toSet());
        return of.ports().stream()
                .filter(port -> port.name().isEmpty())
                .map(port -> port.transport().name().toLowerCase(Locale.ROOT) + "-" + port.number())
                .map(made -> names.contains(made) ? "unnamed-" + made : made)
                .findFirst()
                .orElse(name);
    }

    /// What becomes of one planned slice is named after what it is for, so that the same one stays the same object when
    /// its endpoints change.
    List<EndpointSlice> slices(Import of) {
        var chunks = new HashMap<String, Integer>();
        return of.slices().stream()
                .map(slice -> {
                    var cause = slice.source() + " " + slice.ipFamily() + " " + slice.routed() + " " + slice.ports();
                    var chunk = chunks.merge(cause, 1, Integer::sum);
                    return slice(of, slice, DerivedName.of(of.name()) + "-" + hash(cause + " " + chunk));
                })
                .toList();
    }

    private static String hash(String cause) {
        return Hashing.sha256()
                .hashString(cause, StandardCharsets.UTF_8)
                .toString()
                .substring(0, HASH_CHARACTERS);
    }

    /// One that is not routed is for the clusterset's DNS alone, and yet names a Service, one that does not exist:
    /// CoreDNS makes a reverse name of each address in a slice out of that label, and without it the name cannot be
    /// sent, so that the reverse lookup is never answered.
    private EndpointSlice slice(Import of, PlannedSlice slice, String name) {
        var labels = new HashMap<String, String>();
        labels.put(SERVICE_NAME, of.name().name());
        labels.put(SOURCE_CLUSTER, slice.source().value());
        labels.put("endpointslice.kubernetes.io/managed-by", OwnObjects.OURS);
        if (slice.routed()) {
            labels.put(EndpointSlices.SERVICE_LABEL, DerivedName.of(of.name()));
        } else {
            labels.put(EndpointSlices.SERVICE_LABEL, DerivedName.ofNoService(of.name()));
            labels.put(PASSED_OVER, "");
        }
        var ports = slice.ports().stream()
                .map(port -> new EndpointPortBuilder()
                        .withName(portName(of, port.name()))
                        .withProtocol(port.transport().name())
                        .withPort(port.number())
                        .build())
                .toList();
        return new EndpointSliceBuilder()
                .withMetadata(metadata(of.name(), name, labels))
                .withAddressType(slice.ipFamily())
                .withPorts(ports)
                .withEndpoints(
                        slice.endpoints().stream().map(ImportObjects::endpoint).toList())
                .build();
    }

    private static Endpoint endpoint(PlannedEndpoint of) {
        var endpoint = new EndpointBuilder()
                .withAddresses(InetAddresses.toAddrString(of.address()))
                .withConditions(conditions(of.readiness()));
        of.hostname().ifPresent(endpoint::withHostname);
        of.node().ifPresent(endpoint::withNodeName);
        of.pod()
                .ifPresent(pod -> endpoint.withTargetRef(new ObjectReferenceBuilder()
                        .withKind("Pod")
                        .withNamespace(pod.namespace())
                        .withName(pod.name())
                        .build()));
        return endpoint.build();
    }

    private static EndpointConditions conditions(Readiness readiness) {
        var conditions = new EndpointConditionsBuilder().withReady(readiness.isReady());
        return readiness == Readiness.TERMINATING
                ? conditions.withServing(true).withTerminating(true).build()
                : conditions.build();
    }

    /// @param labels none of which can replace ours
    private ObjectMeta metadata(ServiceName imported, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withNamespace(imported.namespace())
                .withName(name)
                .withLabels(new HashMap<>(labels))
                .addToLabels(OwnObjects.MANAGED_BY, OwnObjects.OURS)
                .addToLabels(OwnObjects.IMPORT, imported.name())
                .withOwnerReferences(owner)
                .build();
    }
}
