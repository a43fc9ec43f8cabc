package dev.sekisho.controlplane.clusterset;

import static java.util.stream.Collectors.toSet;

import dev.sekisho.controlplane.clusterset.ClusterView.EndpointSlice;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.Service;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceExport;
import dev.sekisho.controlplane.clusterset.ClusterView.ServiceKind;
import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.controlplane.clusterset.Export.Hostname;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.call.Offer;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.published.NamespaceIngress;
import dev.sekisho.policy.published.PublishedIngress;
import dev.sekisho.policy.published.PublishedIngress.Subject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What the ServiceExports of one cluster come to (KEP-1645): the valid ones as its peers are told of them, and why the
/// others are not.
///
/// @param refused the `Valid` condition of each export that is none
/// @param backends of the valid ones
/// @param bases what each valid one follows from; as long as that stays, it and its backends are the same objects
/// @param pods by address
/// @param rules what the exports of each namespace publish of its ingress rules
public record LocalExports(
        Map<ServiceName, Export> valid,
        Map<ServiceName, Condition> refused,
        Map<ServiceName, List<Backend>> backends,
        Map<ServiceName, Basis> bases,
        PodAddresses pods,
        IngressRules rules) {
    /// Labels that tell the pods of a set apart, or one rollout from the next; no policy is meant by them, and they
    /// would be news to every peer.
    private static final Set<String> POD_SPECIFIC_LABELS = Set.of(
            "pod-template-hash",
            "controller-revision-hash",
            "statefulset.kubernetes.io/pod-name",
            "apps.kubernetes.io/pod-index");

    public LocalExports {
        valid = Map.copyOf(valid);
        refused = Map.copyOf(refused);
        backends = Map.copyOf(backends);
        bases = Map.copyOf(bases);
    }

    /// @param pods at its endpoints' addresses, or named by them, as far as they have been seen
    /// @param podNamespaces those of `pods` that have been seen
    public record Basis(
            ServiceExport export,
            Service service,
            List<EndpointSlice> slices,
            List<Pod> pods,
            Set<String> podNamespaces,
            Map<String, String> namespaceLabels,
            NamespaceIngress ingress) {
        public Basis {
            slices = List.copyOf(slices);
            pods = List.copyOf(pods);
            podNamespaces = Set.copyOf(podNamespaces);
            namespaceLabels = Map.copyOf(namespaceLabels);
        }

        private static Basis of(
                ClusterView view, PodAddresses pods, ServiceExport export, Service service, NamespaceIngress ingress) {
            var slices = view.endpointSlices().getOrDefault(service.name(), List.of());
            var behind = slices.stream()
                    .flatMap(slice -> slice.endpoints().stream())
                    .flatMap(endpoint -> Stream.concat(
                            endpoint.addresses().stream().flatMap(address -> pods.at(address).stream()),
                            endpoint.pod().stream()
                                    .flatMap(name ->
                                            Optional.ofNullable(view.pods().get(name)).stream())))
                    .toList();
            return new Basis(
                    export,
                    service,
                    slices,
                    behind,
                    behind.stream()
                            .map(pod -> pod.name().namespace())
                            .filter(view.namespaces()::containsKey)
                            .collect(toSet()),
                    view.namespaces().getOrDefault(service.name().namespace(), Map.of()),
                    ingress);
        }
    }

    /// @param scope what this cluster's policies are judged in
    /// @param before those in force, of the same cluster
    public static LocalExports of(PolicyScope scope, ClusterView view, Optional<LocalExports> before) {
        var valid = new HashMap<ServiceName, Export>();
        var refused = new HashMap<ServiceName, Condition>();
        var backends = new HashMap<ServiceName, List<Backend>>();
        var bases = new HashMap<ServiceName, Basis>();
        var pods = PodAddresses.of(scope.cluster(), view, before.map(LocalExports::pods));
        var rules = IngressRules.of(scope, view, before.map(LocalExports::rules));
        for (ServiceExport export : view.exports().values()) {
            var service = Optional.ofNullable(view.services().get(export.name()));
            objection(export.name(), service)
                    .ifPresentOrElse(condition -> refused.put(export.name(), condition), () -> {
                        var name = export.name();
                        var basis = Basis.of(view, pods, export, service.orElseThrow(), rules.of(name.namespace()));
                        var known = before.filter(last -> basis.equals(last.bases.get(name)));
                        var endpoints = known.flatMap(last -> Optional.ofNullable(last.backends.get(name)))
                                .orElseGet(() -> Backends.of(view, pods, basis.service()));
                        bases.put(name, basis);
                        backends.put(name, endpoints);
                        valid.put(
                                name,
                                known.flatMap(last -> Optional.ofNullable(last.valid.get(name)))
                                        .orElseGet(() -> exported(scope.cluster(), view, pods, basis, endpoints)));
                    });
        }
        return new LocalExports(valid, refused, backends, bases, pods, rules);
    }

    /// How calls to it are judged here; [Offer#NONE] when it is no valid export.
    public Offer offer(ServiceName name) {
        return Optional.ofNullable(valid.get(name))
                .map(export -> new Offer(
                        export.ports().stream().map(ExportedPort::port).toList(),
                        backends.getOrDefault(name, List.of()).stream()
                                .map(pods::candidate)
                                .toList()))
                .orElse(Offer.NONE);
    }

    private static Optional<Condition> objection(ServiceName name, Optional<Service> service) {
        if (service.isEmpty()) {
            return Optional.of(new Condition(
                    "Valid",
                    "False",
                    "NoService",
                    "There is no Service " + name + " in this cluster; it is exported as soon as there is one."));
        }
        if (service.get().kind() == ServiceKind.EXTERNAL_NAME) {
            return Optional.of(new Condition(
                    "Valid",
                    "False",
                    "InvalidServiceType",
                    "Service " + name + " is of type ExternalName, which cannot be exported; "
                            + "ClusterIP, NodePort, LoadBalancer and headless services can."));
        }
        return Optional.empty();
    }

    private static Export exported(
            ClusterName cluster, ClusterView view, PodAddresses pods, Basis basis, List<Backend> endpoints) {
        var export = basis.export();
        var service = basis.service();
        var headless = service.kind() == ServiceKind.HEADLESS;
        // Gateways send nothing to one that is not known; what is called without them is as ready as it says.
        var known = endpoints.stream()
                .filter(endpoint -> headless || pods.isKnown(endpoint))
                .toList();
        var readiness = known.stream().map(Backend::readiness).reduce(Readiness.NOT_READY, Readiness::or);
        var called = known.stream()
                .filter(endpoint -> endpoint.readiness() == readiness && readiness != Readiness.NOT_READY)
                .toList();
        return new Export(
                cluster,
                export.name(),
                export.createdAt(),
                headless,
                service.ports().stream()
                        .map(port -> new ExportedPort(port, targets(view, port, endpoints)))
                        .toList(),
                service.traits(),
                export.exportedLabels(),
                export.exportedAnnotations(),
                readiness,
                commonLabels(view, service, called),
                view.namespaces().getOrDefault(export.name().namespace(), Map.of()),
                headless ? hostnames(endpoints) : List.of(),
                ingress(pods, basis, endpoints));
    }

    /// None when what is behind an endpoint is not known, or is no pod that policy knows: nobody is refused there, or
    /// nobody knows. Endpoints that are not ready count too, as they may be before a caller hears of it.
    private static Optional<PublishedIngress> ingress(PodAddresses pods, Basis basis, List<Backend> endpoints) {
        var subjects = new LinkedHashSet<Subject>();
        for (Backend endpoint : endpoints) {
            var pod = pods.pod(endpoint)
                    .filter(known -> known.name()
                            .namespace()
                            .equals(basis.service().name().namespace()));
            if (pod.isEmpty()) {
                return Optional.empty();
            }
            subjects.add(new Subject(pod.get().labels(), pod.get().ports()));
        }
        return basis.ingress().publish(subjects);
    }

    private static List<TargetPort> targets(ClusterView view, ServicePort port, List<Backend> endpoints) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.ports().containsKey(port.key()))
                .map(endpoint -> {
                    int number = Objects.requireNonNull(endpoint.ports().get(port.key()));
                    return new TargetPort(number, containerPortNames(view, endpoint.pod(), port, number));
                })
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> containerPortNames(
            ClusterView view, Optional<PodName> pod, ServicePort port, int number) {
        return pod.flatMap(name -> Optional.ofNullable(view.pods().get(name))).map(Pod::ports).stream()
                .flatMap(Collection::stream)
                .filter(candidate -> candidate.number() == number && candidate.transport() == port.transport())
                .map(ContainerPort::name)
                .toList();
    }

    private static Map<String, String> commonLabels(ClusterView view, Service service, List<Backend> called) {
        var shared = new ArrayList<Map<String, String>>();
        for (PodName pod : Backends.podsOf(called)) {
            Optional.ofNullable(view.pods().get(pod)).map(Pod::labels).ifPresent(shared::add);
        }
        var common = new TreeMap<String, String>();
        if (!shared.isEmpty()) {
            common.putAll(shared.getFirst());
            shared.forEach(labels -> common.entrySet().retainAll(labels.entrySet()));
        }
        common.keySet().removeAll(POD_SPECIFIC_LABELS);
        common.putAll(service.selector());
        return common;
    }

    private static List<Hostname> hostnames(List<Backend> endpoints) {
        var byName = new LinkedHashMap<String, List<InetAddress>>();
        for (Backend endpoint : endpoints) {
            if (!endpoint.ready()) {
                continue; // DNS names none that terminates
            }
            var hostname = endpoint.hostname().orElseGet(() -> Addresses.dashed(endpoint.address()));
            byName.computeIfAbsent(hostname, _ -> new ArrayList<>()).add(endpoint.address());
        }
        return byName.entrySet().stream()
                .map(entry -> new Hostname(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Hostname::hostname))
                .toList();
    }
}
