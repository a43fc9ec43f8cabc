package dev.sekisho.cli.cluster;

import static java.util.Comparator.comparing;

import dev.sekisho.names.HostPort;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Where a cluster's one public port is dialled, as its gateway Service tells.
public sealed interface PublicAddress {
    /// @param how such as `load balancer`
    record Dialable(HostPort endpoint, String how) implements PublicAddress {}

    /// @param why as a sentence without its full stop
    record None(String why) implements PublicAddress {}

    /// @param service empty when there is none
    /// @param nodes only asked for when the Service has node ports
    static PublicAddress of(Optional<Service> service, Supplier<List<Node>> nodes) {
        if (service.isEmpty()) {
            return new None("there is no Service " + InstalledNames.GATEWAY);
        }
        var spec = service.get().getSpec();
        var port = publicPort(spec.getPorts());
        if (port.isEmpty()) {
            return new None("Service " + InstalledNames.GATEWAY + " has no port");
        }
        var external = Objects.requireNonNullElse(spec.getExternalIPs(), List.<String>of());
        if (!external.isEmpty()) {
            return new Dialable(new HostPort(external.getFirst(), port.get().getPort()), "external IP");
        }
        return switch (Objects.requireNonNullElse(spec.getType(), "ClusterIP")) {
            case "LoadBalancer" -> balanced(service.get(), port.get());
            case "NodePort" -> onNode(nodes.get(), port.get());
            default ->
                new None("Service " + InstalledNames.GATEWAY + " is of type " + spec.getType()
                        + ", which only this cluster itself can dial");
        };
    }

    private static Optional<ServicePort> publicPort(List<ServicePort> ports) {
        return ports.stream()
                .filter(port -> InstalledNames.PUBLIC_PORT.equals(port.getName()))
                .findFirst()
                .or(() -> ports.stream().findFirst());
    }

    private static PublicAddress balanced(Service service, ServicePort port) {
        var status = service.getStatus();
        var ingress = status == null || status.getLoadBalancer() == null
                ? Stream.<LoadBalancerIngress>empty()
                : status.getLoadBalancer().getIngress().stream();
        return ingress.flatMap(
                        each -> Stream.of(each.getIp(), each.getHostname()).filter(PublicAddress::isSet))
                .findFirst()
                .<PublicAddress>map(host -> new Dialable(new HostPort(host, port.getPort()), "load balancer"))
                .orElseGet(() ->
                        new None("the load balancer of Service " + InstalledNames.GATEWAY + " has no address (yet)"));
    }

    // One node is enough to meet the cluster: each serves the port. The first by name, so that asking twice says the
    // same.
    private static PublicAddress onNode(List<Node> nodes, ServicePort port) {
        return Stream.of("ExternalIP", "InternalIP")
                .flatMap(type -> nodes.stream()
                        .filter(PublicAddress::isReady)
                        .sorted(comparing(node -> node.getMetadata().getName()))
                        .flatMap(node -> address(node, type).stream()))
                .findFirst()
                .<PublicAddress>map(host -> new Dialable(new HostPort(host, port.getNodePort()), "node port"))
                .orElseGet(() -> new None("no node is ready that could serve the node port"));
    }

    private static Optional<String> address(Node node, String type) {
        return node.getStatus().getAddresses().stream()
                .filter(address -> type.equals(address.getType()))
                .map(NodeAddress::getAddress)
                .findFirst();
    }

    private static boolean isReady(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static boolean isSet(String text) {
        return text != null && !text.isEmpty();
    }
}
