package dev.sekisho.controlplane.clusterset.plan;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.Backend;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.LocalExports;
import dev.sekisho.controlplane.clusterset.PodAddresses;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.controlplane.clusterset.TargetPorts;
import dev.sekisho.controlplane.clusterset.plan.ListenerPlan.PlannedListener;
import dev.sekisho.feed.RouteKey;
import dev.sekisho.feed.v1.ClusterRoute;
import dev.sekisho.feed.v1.ExportRoute;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.feed.v1.Listener;
import dev.sekisho.feed.v1.NamespaceRoute;
import dev.sekisho.feed.v1.PeerRoute;
import dev.sekisho.feed.v1.PodRoute;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.codec.PolicyCodec;
import dev.sekisho.policy.published.PublishedIngressCodec;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Writes what the control plane knows as the resources of a route table (feed.proto). The same knowledge always gives
/// equal resources, whatever order its maps have. What has not changed since the table before is the same object there,
/// and most of it is not even looked at: a large cluster changes often, and little at a time.
@SuppressWarnings("ReferenceEquality") // what has not changed is the same object
final class RouteResources {
    private final ClusterView view;
    private final Optional<ClusterSetPlan> before;
    private final SortedMap<String, Resource> byKey;

    private RouteResources(ClusterView view, Optional<ClusterSetPlan> before) {
        this.view = view;
        this.before = before;
        // From a sorted map, so nothing is compared.
        this.byKey =
                before.map(plan -> new TreeMap<>(RouteKey.pods(plan.routes()))).orElseGet(TreeMap::new);
    }

    /// @param before the plan in force
    static SortedMap<String, Resource> of(
            ClusterSetPlan.Rules rules,
            ClusterView view,
            LocalExports exports,
            Collection<Import> imports,
            ListenerPlan listeners,
            Optional<ClusterSetPlan> before) {
        var resources = new RouteResources(view, before);
        resources.addCluster(rules);
        imports.forEach(imported -> resources.addImport(rules, imported, listeners));
        var byName = imports.stream().collect(Collectors.toMap(Import::name, Import::traits));
        exports.backends()
                .forEach((name, backends) ->
                        resources.addExport(name, backends, exports.pods(), Optional.ofNullable(byName.get(name))));
        view.peers().values().stream()
                .filter(peer -> !peer.name().equals(rules.cluster()))
                .forEach(resources::addPeer);
        resources.addPods();
        view.namespaces()
                .forEach((name, labels) -> resources.addNamespace(
                        name, labels, Optional.ofNullable(view.policyModes().get(name))));
        resources.addPolicies();
        return Collections.unmodifiableSortedMap(resources.byKey);
    }

    private void add(RouteKey of, Resource.Builder resource) {
        var key = of.text();
        var now = resource.setKey(key).build();
        byKey.put(key, known(key).filter(now::equals).orElse(now));
    }

    private Optional<Resource> known(String key) {
        return before.flatMap(plan -> Optional.ofNullable(plan.routes().get(key)));
    }

    private void addCluster(ClusterSetPlan.Rules rules) {
        add(
                new RouteKey.Cluster(),
                Resource.newBuilder()
                        .setCluster(ClusterRoute.newBuilder()
                                .setCluster(rules.cluster().value())
                                .setClusterSet(rules.clusterSet().value())
                                .putAllLabels(new TreeMap<>(rules.labels()))
                                .setPolicyMode(rules.policyMode().toWire())));
    }

    /// @return whether it was there, and has been taken over
    private boolean keep(RouteKey of, Predicate<ClusterSetPlan> unchanged) {
        var key = of.text();
        var known = before.filter(unchanged).flatMap(_ -> known(key));
        known.ifPresent(resource -> byKey.put(key, resource));
        return known.isPresent();
    }

    private void addImport(ClusterSetPlan.Rules rules, Import imported, ListenerPlan listeners) {
        if (keep(
                new RouteKey.Import(imported.name()),
                plan -> plan.imports().get(imported.name()) == imported
                        && plan.view().imports() == view.imports())) {
            return;
        }
        var route = ImportRoute.newBuilder()
                .setNamespace(imported.name().namespace())
                .setName(imported.name().name())
                .setHeadless(imported.headless())
                .setClientIpAffinity(hasClientIpAffinity(imported.traits()));
        imported.ports().forEach(port -> route.addPorts(toWire(port)));
        imported.ips().forEach(ip -> route.addIps(Addresses.text(ip)));
        for (Export source : imported.sources()) {
            route.addSources(toSource(source, rules.cluster()));
            source.hostnames().forEach(hostname -> route.addHostnames(toWire(source.cluster(), hostname)));
        }
        if (!imported.headless()) {
            listeners.listeners(imported).forEach(listener -> route.addListeners(toWire(listener)));
        }
        add(new RouteKey.Import(imported.name()), Resource.newBuilder().setImportRoute(route));
    }

    /// @param own of whose exports the rules need not be foretold
    private static ImportRoute.Source toSource(Export export, ClusterName own) {
        var source = ImportRoute.Source.newBuilder()
                .setCluster(export.cluster().value())
                .setReady(export.ready())
                .setTerminating(export.readiness() == Readiness.TERMINATING)
                .putAllPodLabels(new TreeMap<>(export.podLabels()))
                .putAllNamespaceLabels(new TreeMap<>(export.namespaceLabels()));
        for (ExportedPort exported : export.ports()) {
            var port = ImportRoute.ExposedPort.newBuilder()
                    .setProtocol(exported.port().transport().toWire())
                    .setPort(exported.port().number());
            exported.targets().forEach(target -> port.addTargets(TargetPorts.toWire(target)));
            source.addPorts(port);
        }
        export.ingress()
                .filter(_ -> !export.cluster().equals(own))
                .flatMap(PublishedIngressCodec::toWire)
                .ifPresent(source::setIngress);
        return source.build();
    }

    private static ImportRoute.Hostname toWire(ClusterName cluster, Export.Hostname hostname) {
        var wire = ImportRoute.Hostname.newBuilder()
                .setHostname(hostname.hostname())
                .setCluster(cluster.value());
        hostname.addresses().forEach(address -> wire.addAddresses(Addresses.text(address)));
        return wire.build();
    }

    private static dev.sekisho.feed.v1.ServicePort toWire(ServicePort port) {
        return dev.sekisho.feed.v1.ServicePort.newBuilder()
                .setName(port.name())
                .setProtocol(port.transport().toWire())
                .setPort(port.number())
                .setAppProtocol(port.appProtocol().orElse(""))
                .build();
    }

    private static Listener toWire(PlannedListener listener) {
        return Listener.newBuilder()
                .setAddress(Addresses.text(listener.address()))
                .setListenPort(listener.listenPort())
                .setProtocol(listener.port().transport().toWire())
                .setServicePort(listener.port().number())
                .build();
    }

    private static boolean hasClientIpAffinity(ServiceTraits traits) {
        return traits.sessionAffinity().equals("ClientIP");
    }

    /// @param imported what holds for the service in the whole clusterset, where an older export may say otherwise
    private void addExport(
            ServiceName name, List<Backend> backends, PodAddresses pods, Optional<ServiceTraits> imported) {
        var key = new RouteKey.Export(name);
        if (keep(
                key,
                // No endpoints are always the same list, also of a Service that has changed.
                plan -> plan.local().backends().get(name) == backends
                        && plan.view().services().get(name) == view.services().get(name)
                        && plan.view().namespaces() == view.namespaces()
                        && Optional.ofNullable(plan.imports().get(name))
                                .map(Import::traits)
                                .equals(imported))) {
            return;
        }
        var service = Optional.ofNullable(view.services().get(name)).orElseThrow();
        var route = ExportRoute.newBuilder()
                .setNamespace(name.namespace())
                .setName(name.name())
                .setClientIpAffinity(hasClientIpAffinity(imported.orElse(service.traits())));
        service.ports().forEach(port -> route.addPorts(toWire(port)));
        // One that is not known is left out for so long: who may reach it cannot be judged.
        backends.stream()
                .filter(pods::isKnown)
                .forEach(endpoint -> route.addBackends(toBackend(endpoint, pods.pod(endpoint))));
        add(key, Resource.newBuilder().setExportRoute(route));
    }

    /// @param whose whose policies hold for it; empty when none do
    private static ExportRoute.Backend toBackend(Backend endpoint, Optional<Pod> whose) {
        var backend = ExportRoute.Backend.newBuilder()
                .setAddress(Addresses.text(endpoint.address()))
                .setReady(endpoint.ready())
                .setTerminating(endpoint.readiness() == Readiness.TERMINATING);
        whose.map(pod -> pod.name().toString()).ifPresent(backend::setPod);
        for (Map.Entry<PortKey, Integer> port : new TreeMap<>(endpoint.ports()).entrySet()) {
            backend.addPorts(ExportRoute.BackendPort.newBuilder()
                    .setProtocol(port.getKey().transport().toWire())
                    .setServicePort(port.getKey().number())
                    .setTargetPort(port.getValue()));
        }
        return backend.build();
    }

    private void addPeer(Peer peer) {
        add(
                new RouteKey.Peer(peer.name()),
                Resource.newBuilder()
                        .setPeer(PeerRoute.newBuilder()
                                .setCluster(peer.name().value())
                                .setEndpoint(
                                        peer.endpoint().map(HostPort::toString).orElse(""))
                                .setCaBundle(peer.caBundle())
                                .putAllLabels(new TreeMap<>(peer.labels()))));
    }

    /// Those of the table before are there already.
    private void addPods() {
        if (before.map(ClusterSetPlan::view)
                .filter(last -> last.pods() == view.pods() && last.namespaces() == view.namespaces())
                .isPresent()) {
            return;
        }
        before.map(ClusterSetPlan::view)
                .ifPresent(last -> last.pods().values().stream()
                        .filter(pod -> last.isPolicySubject(pod) && !isSubjectNow(pod.name()))
                        .forEach(pod -> byKey.remove(new RouteKey.Pod(pod.name()).text())));
        view.pods().values().stream()
                .filter(pod -> view.isPolicySubject(pod))
                .filter(pod ->
                        before.filter(plan -> wasSubject(plan.view(), pod)).isEmpty())
                .forEach(this::addPod);
    }

    private static boolean wasSubject(ClusterView last, Pod pod) {
        return last.pods().get(pod.name()) == pod && last.isPolicySubject(pod);
    }

    private boolean isSubjectNow(PodName name) {
        return Optional.ofNullable(view.pods().get(name))
                .filter(pod -> view.isPolicySubject(pod))
                .isPresent();
    }

    private void addPod(Pod pod) {
        var route = PodRoute.newBuilder()
                .setNamespace(pod.name().namespace())
                .setName(pod.name().name())
                .setServiceAccount(pod.serviceAccount())
                .putAllLabels(new TreeMap<>(pod.labels()));
        for (InetAddress address : pod.addresses()) {
            route.addAddresses(Addresses.text(address));
        }
        pod.ports()
                .forEach(port -> route.addPorts(PodRoute.ContainerPort.newBuilder()
                        .setName(port.name())
                        .setProtocol(port.transport().toWire())
                        .setNumber(port.number())));
        add(new RouteKey.Pod(pod.name()), Resource.newBuilder().setPod(route));
    }

    private void addNamespace(String name, Map<String, String> labels, Optional<PolicyMode> mode) {
        var route = NamespaceRoute.newBuilder().setName(name).putAllLabels(new TreeMap<>(labels));
        mode.map(PolicyMode::toWire).ifPresent(route::setPolicyMode);
        add(new RouteKey.Namespace(name), Resource.newBuilder().setNamespace(route));
    }

    private void addPolicies() {
        var unchanged = Collections.newSetFromMap(new IdentityHashMap<Policy, Boolean>());
        before.ifPresent(plan -> unchanged.addAll(plan.view().policies()));
        for (Policy policy : view.policies()) {
            if (!keep(new RouteKey.Rules(policy.name()), _ -> unchanged.contains(policy))) {
                addPolicy(policy);
            }
        }
    }

    private void addPolicy(Policy policy) {
        var resource = switch (policy) {
            case NamespacedPolicy namespaced -> Resource.newBuilder().setPolicy(PolicyCodec.toWire(namespaced));
            case ClusterPolicy cluster -> Resource.newBuilder().setClusterPolicy(PolicyCodec.toWire(cluster));
        };
        add(new RouteKey.Rules(policy.name()), resource);
    }
}
