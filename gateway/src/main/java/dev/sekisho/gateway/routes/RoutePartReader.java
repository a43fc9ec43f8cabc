package dev.sekisho.gateway.routes;

import com.google.common.net.InetAddresses;
import dev.sekisho.feed.v1.ClusterRoute;
import dev.sekisho.feed.v1.ExportRoute;
import dev.sekisho.feed.v1.ImportRoute;
import dev.sekisho.feed.v1.PeerRoute;
import dev.sekisho.feed.v1.PodRoute;
import dev.sekisho.feed.v1.Resource;
import dev.sekisho.gateway.routes.RouteTable.SessionAffinity;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Ports;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.call.RemoteOffer;
import dev.sekisho.policy.codec.PolicyCodec;
import dev.sekisho.policy.published.PublishedIngressCodec;
import dev.sekisho.policy.published.RemoteIngress;
import dev.sekisho.policy.v1.Protocol;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Reads one resource of the feed, strictly: what cannot be understood to the last field is an
/// [IllegalArgumentException] that says what is wrong.
final class RoutePartReader {
    /// A label, or an address with dashes for its dots and colons.
    private static final Pattern HOSTNAME = Pattern.compile("[-a-z0-9]{1,63}");

    private RoutePartReader() {}

    static RoutePart read(Resource resource) {
        var part = part(resource);
        var key = part.key().text();
        if (!key.equals(resource.getKey())) {
            throw new IllegalArgumentException("its content belongs to key '" + key + "'");
        }
        return part;
    }

    private static RoutePart part(Resource resource) {
        return switch (resource.getKindCase()) {
            case CLUSTER -> cluster(resource.getCluster());
            case IMPORT_ROUTE -> new RoutePart.Import(importOf(resource.getImportRoute()));
            case EXPORT_ROUTE -> export(resource.getExportRoute());
            case PEER ->
                new RoutePart.Peer(
                        peer(resource.getPeer()), Map.copyOf(resource.getPeer().getLabelsMap()));
            case POD -> pod(resource.getPod());
            case NAMESPACE ->
                new RoutePart.Namespace(
                        resource.getNamespace().getName(),
                        Map.copyOf(resource.getNamespace().getLabelsMap()),
                        policyMode(resource.getNamespace().getPolicyMode()));
            case POLICY -> new RoutePart.Rules(PolicyCodec.fromWire(resource.getPolicy()));
            case CLUSTER_POLICY -> new RoutePart.Rules(PolicyCodec.fromWire(resource.getClusterPolicy()));
            // Perhaps a kind that a newer control plane knows. It may be one that forbids something.
            case KIND_NOT_SET -> throw new IllegalArgumentException("is of a kind this gateway does not know");
        };
    }

    private static RoutePart cluster(ClusterRoute route) {
        return new RoutePart.Cluster(
                new ClusterName(route.getCluster()),
                new ClusterSetName(route.getClusterSet()),
                Map.copyOf(route.getLabelsMap()),
                policyMode(route.getPolicyMode()).orElse(PolicyMode.ENFORCE));
    }

    private static Optional<PolicyMode> policyMode(dev.sekisho.policy.v1.PolicyMode mode) {
        return mode == dev.sekisho.policy.v1.PolicyMode.POLICY_MODE_UNSPECIFIED
                ? Optional.empty()
                : Optional.of(PolicyMode.of(mode));
    }

    private static RouteTable.Import importOf(ImportRoute route) {
        return new RouteTable.Import(
                new ServiceName(route.getNamespace(), route.getName()),
                route.getHeadless(),
                affinity(route.getClientIpAffinity()),
                ports(route.getPortsList()),
                addresses(route.getIpsList()),
                route.getSourcesList().stream()
                        .map(source -> source(source, new ServiceName(route.getNamespace(), route.getName())))
                        .toList(),
                route.getListenersList().stream()
                        .map(listener -> new RouteTable.Listener(
                                address(listener.getAddress()),
                                Ports.require("listen port", listener.getListenPort()),
                                port(listener.getProtocol(), listener.getServicePort())))
                        .toList(),
                route.getHostnamesList().stream().map(RoutePartReader::hostname).toList());
    }

    private static SessionAffinity affinity(boolean clientIp) {
        return clientIp ? SessionAffinity.CLIENT_IP : SessionAffinity.NONE;
    }

    private static RemoteOffer source(ImportRoute.Source source, ServiceName service) {
        var cluster = new ClusterName(source.getCluster());
        var ports = new TreeMap<PortKey, List<TargetPort>>();
        for (var exposed : source.getPortsList()) {
            var targets = exposed.getTargetsList().stream()
                    .map(target -> TargetPort.of(target.getNumber(), target.getName(), target.getOtherNamesList()))
                    .toList();
            if (ports.put(port(exposed.getProtocol(), exposed.getPort()), targets) != null) {
                throw new IllegalArgumentException("source " + source.getCluster() + " exposes port "
                        + exposed.getPort() + " of one protocol twice");
            }
        }
        return new RemoteOffer(
                cluster,
                service,
                ports,
                Readiness.of(source.getReady(), source.getTerminating()),
                source.getPodLabelsMap(),
                source.getNamespaceLabelsMap(),
                source.hasIngress()
                        ? PublishedIngressCodec.fromWire(
                                        source.getIngress(),
                                        cluster,
                                        service.namespace(),
                                        source.getNamespaceLabelsMap())
                                .map(RemoteIngress::of)
                        : Optional.empty());
    }

    private static RouteTable.Hostname hostname(ImportRoute.Hostname hostname) {
        if (!HOSTNAME.matcher(hostname.getHostname()).matches()) {
            throw new IllegalArgumentException(
                    "hostname must be a lower-case DNS label, got '" + hostname.getHostname() + "'");
        }
        return new RouteTable.Hostname(
                hostname.getHostname(), new ClusterName(hostname.getCluster()), addresses(hostname.getAddressesList()));
    }

    private static RoutePart export(ExportRoute route) {
        return new RoutePart.Export(
                new ServiceName(route.getNamespace(), route.getName()),
                affinity(route.getClientIpAffinity()),
                ports(route.getPortsList()),
                route.getBackendsList().stream().map(RoutePartReader::backend).toList());
    }

    private static RoutePart.Backend backend(ExportRoute.Backend backend) {
        var ports = new TreeMap<PortKey, Integer>();
        for (var exposed : backend.getPortsList()) {
            var servicePort = port(exposed.getProtocol(), exposed.getServicePort());
            if (ports.put(servicePort, Ports.require("target port", exposed.getTargetPort())) != null) {
                throw new IllegalArgumentException(
                        "backend " + backend.getAddress() + " serves port " + servicePort + " twice");
            }
        }
        return new RoutePart.Backend(
                backend.getPod().isEmpty() ? Optional.empty() : Optional.of(PodName.parse(backend.getPod())),
                address(backend.getAddress()),
                Readiness.of(backend.getReady(), backend.getTerminating()),
                ports);
    }

    private static RouteTable.Peer peer(PeerRoute route) {
        return new RouteTable.Peer(
                new ClusterName(route.getCluster()),
                route.getEndpoint().isEmpty() ? Optional.empty() : Optional.of(HostPort.parse(route.getEndpoint())),
                route.getCaBundle());
    }

    private static RoutePart pod(PodRoute route) {
        return new RoutePart.Pod(
                new PodName(route.getNamespace(), route.getName()),
                addresses(route.getAddressesList()),
                Map.copyOf(route.getLabelsMap()),
                route.getServiceAccount(),
                route.getPortsList().stream()
                        .map(port -> new Endpoint.ContainerPort(
                                port.getName(),
                                Transport.of(port.getProtocol()),
                                Ports.require("container port", port.getNumber())))
                        .toList());
    }

    private static List<ServicePort> ports(List<dev.sekisho.feed.v1.ServicePort> ports) {
        return ports.stream()
                .map(port -> new ServicePort(
                        port.getName(),
                        Transport.of(port.getProtocol()),
                        port.getPort(),
                        port.getAppProtocol().isEmpty() ? Optional.empty() : Optional.of(port.getAppProtocol())))
                .toList();
    }

    private static PortKey port(Protocol protocol, int number) {
        return new PortKey(Transport.of(protocol), number);
    }

    private static List<InetAddress> addresses(List<String> texts) {
        return texts.stream().map(RoutePartReader::address).toList();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddresses.forString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be an IPv4 or IPv6 address, got '" + text + "'", e);
        }
    }
}
