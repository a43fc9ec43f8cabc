package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.ClusterView.Peer;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.controlplane.clusterset.ListenerPlan.PlannedListener;
import dev.sekisho.feed.v1.ClusterRoute;
import dev.sekisho.feed.v1.ExportRoute;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.feed.v1.Listener;
import dev.sekisho.feed.v1.NamespaceRoute;
import dev.sekisho.feed.v1.PeerRoute;
import dev.sekisho.feed.v1.PodRoute;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyCodec;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Writes what the control plane knows as the resources of a route table (feed.proto). The same knowledge always gives
/// equal resources, whatever order its maps have.
final class RouteResources {
    private final SortedMap<String, Resource> byKey = new TreeMap<>();

    private RouteResources() {}

    /// @param exports the backends of each service that this cluster exports
    static SortedMap<String, Resource> of(
            ClusterName cluster,
            ClusterSetName clusterSet,
            ClusterView view,
            Map<ServiceName, List<Backend>> exports,
            Collection<Import> imports,
            ListenerPlan listeners) {
        var resources = new RouteResources();
        resources.addCluster(cluster, clusterSet);
        imports.forEach(imported -> resources.addImport(imported, listeners));
        exports.forEach((name, backends) -> resources.addExport(view, name, backends));
        view.peers().values().stream()
                .filter(peer -> !peer.name().equals(cluster))
                .forEach(resources::addPeer);
        view.pods().values().stream().filter(pod -> isPolicySubject(view, pod)).forEach(resources::addPod);
        view.namespaces().forEach(resources::addNamespace);
        view.policies().forEach(resources::addPolicy);
        return Collections.unmodifiableSortedMap(resources.byKey);
    }

    private void add(String key, Resource.Builder resource) {
        byKey.put(key, resource.setKey(key).build());
    }

    private void addCluster(ClusterName cluster, ClusterSetName clusterSet) {
        add(
                "cluster",
                Resource.newBuilder()
                        .setCluster(ClusterRoute.newBuilder()
                                .setCluster(cluster.value())
                                .setClusterSet(clusterSet.value())));
    }

    private void addImport(Import imported, ListenerPlan listeners) {
        var route = ImportRoute.newBuilder()
                .setNamespace(imported.name().namespace())
                .setName(imported.name().name())
                .setHeadless(imported.headless());
        imported.ports().forEach(port -> route.addPorts(toWire(port)));
        imported.ips().forEach(ip -> route.addIps(Addresses.text(ip)));
        for (Export source : imported.sources()) {
            route.addSources(toSource(source));
            source.hostnames().forEach(hostname -> route.addHostnames(toWire(source.cluster(), hostname)));
        }
        if (!imported.headless()) {
            listeners.listeners(imported).forEach(listener -> route.addListeners(toWire(listener)));
        }
        add(importKey(imported.name()), Resource.newBuilder().setImportRoute(route));
    }

    static String importKey(ServiceName name) {
        return "import/" + name;
    }

    private static ImportRoute.Source toSource(Export export) {
        var source = ImportRoute.Source.newBuilder()
                .setCluster(export.cluster().value())
                .setReady(export.ready())
                .putAllPodLabels(new TreeMap<>(export.podLabels()))
                .putAllNamespaceLabels(new TreeMap<>(export.namespaceLabels()));
        for (ExportedPort exported : export.ports()) {
            var port = ImportRoute.ExposedPort.newBuilder()
                    .setProtocol(exported.port().transport().toWire())
                    .setPort(exported.port().number());
            exported.targets().forEach(target -> port.addTargets(toWire(target)));
            source.addPorts(port);
        }
        return source.build();
    }

    private static ImportRoute.Hostname toWire(ClusterName cluster, Export.Hostname hostname) {
        var wire = ImportRoute.Hostname.newBuilder()
                .setHostname(hostname.hostname())
                .setCluster(cluster.value());
        hostname.addresses().forEach(address -> wire.addAddresses(Addresses.text(address)));
        return wire.build();
    }

    private static dev.sekisho.feed.v1.TargetPort toWire(TargetPort target) {
        return dev.sekisho.feed.v1.TargetPort.newBuilder()
                .setNumber(target.number())
                .setName(target.name())
                .build();
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

    private void addExport(ClusterView view, ServiceName name, List<Backend> backends) {
        var service = Optional.ofNullable(view.services().get(name)).orElseThrow();
        var route = ExportRoute.newBuilder().setNamespace(name.namespace()).setName(name.name());
        service.ports().forEach(port -> route.addPorts(toWire(port)));
        backends.stream()
                .filter(endpoint -> isKnown(view, endpoint))
                .forEach(endpoint -> route.addBackends(toBackend(view, endpoint)));
        add("export/" + name, Resource.newBuilder().setExportRoute(route));
    }

    private static ExportRoute.Backend toBackend(ClusterView view, Backend endpoint) {
        var backend = ExportRoute.Backend.newBuilder()
                .setAddress(Addresses.text(endpoint.address()))
                .setReady(endpoint.ready());
        endpoint.pod()
                .filter(name -> !isOnHostNetwork(view, name))
                .map(PodName::toString)
                .ifPresent(backend::setPod);
        for (Map.Entry<PortKey, Integer> port : new TreeMap<>(endpoint.ports()).entrySet()) {
            backend.addPorts(ExportRoute.BackendPort.newBuilder()
                    .setProtocol(port.getKey().transport().toWire())
                    .setServicePort(port.getKey().number())
                    .setTargetPort(port.getValue()));
        }
        return backend.build();
    }

    /// Whose pod has not been seen yet is left out for so long: who may reach it cannot be judged.
    private static boolean isKnown(ClusterView view, Backend endpoint) {
        return endpoint.pod()
                .map(name -> Optional.ofNullable(view.pods().get(name))
                        .filter(pod -> pod.hostNetwork() || isPolicySubject(view, pod))
                        .isPresent())
                .orElse(true);
    }

    private static boolean isPolicySubject(ClusterView view, Pod pod) {
        return !pod.hostNetwork()
                && !pod.addresses().isEmpty()
                && view.namespaces().containsKey(pod.name().namespace());
    }

    private static boolean isOnHostNetwork(ClusterView view, PodName name) {
        return Optional.ofNullable(view.pods().get(name)).map(Pod::hostNetwork).orElse(false);
    }

    private void addPeer(Peer peer) {
        add(
                "peer/" + peer.name(),
                Resource.newBuilder()
                        .setPeer(PeerRoute.newBuilder()
                                .setCluster(peer.name().value())
                                .setEndpoint(
                                        peer.endpoint().map(HostPort::toString).orElse(""))
                                .setCaBundle(peer.caBundle())));
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
        add("pod/" + pod.name(), Resource.newBuilder().setPod(route));
    }

    private void addNamespace(String name, Map<String, String> labels) {
        add(
                "namespace/" + name,
                Resource.newBuilder()
                        .setNamespace(NamespaceRoute.newBuilder().setName(name).putAllLabels(new TreeMap<>(labels))));
    }

    private void addPolicy(Policy policy) {
        var resource = switch (policy) {
            case NamespacedPolicy namespaced -> Resource.newBuilder().setPolicy(PolicyCodec.toWire(namespaced));
            case ClusterPolicy cluster -> Resource.newBuilder().setClusterPolicy(PolicyCodec.toWire(cluster));
        };
        add(policy.name().key(), resource);
    }
}
