package dev.sekisho.controlplane.kinds;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.ForNode;
import io.fabric8.kubernetes.api.model.discovery.v1.ForZone;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `discovery.k8s.io/v1` EndpointSlice. Loopback addresses are let through in a file, unlike by an API server: on a
/// single host they are where workloads listen.
public final class EndpointSlices {
    /// The label that says whose endpoints these are.
    public static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private static final int MAX_PORTS = 20_000;
    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_HINTS = 8;
    private static final int MAX_PORT = 65_535;

    private EndpointSlices() {}

    public static List<FieldProblem> problems(EndpointSlice slice, Origin origin) {
        var problems = new FieldProblems(origin);
        Metadata.check(problems, slice.getMetadata(), Metadata.NameForm.SUBDOMAIN);
        if (problems.isOfFile()) {
            checkFields(problems, slice);
        }
        return problems.found();
    }

    private static void checkFields(FieldProblems problems, EndpointSlice slice) {
        if (slice.getAddressType() == null) {
            problems.add("addressType", "is required");
        }
        problems.oneOf(Set.of("IPv4", "IPv6", "FQDN"), "addressType", slice.getAddressType());
        checkPorts(problems, slice);
        var endpoints = endpoints(slice);
        problems.require(
                endpoints.size() <= MAX_ENDPOINTS,
                "endpoints",
                "must be at most " + MAX_ENDPOINTS + ", got " + endpoints.size());
        for (var i = 0; i < endpoints.size(); i++) {
            checkEndpoint(problems, "endpoints[" + i + "]", endpoints.get(i), slice.getAddressType() + "");
        }
    }

    /// What an API server lets stand although nothing can be sent there; [#slice] leaves it out.
    ///
    /// @param slice without problems
    public static List<FieldProblem> leftOut(EndpointSlice slice, Origin origin) {
        var problems = new FieldProblems(origin);
        if (service(slice).isEmpty()) {
            return problems.found();
        }
        var ports = ports(slice);
        for (var i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            problems.require(
                    port.getPort() == null || isUsable(port),
                    "ports[" + i + "]",
                    "is no port that anything can be sent to: " + port.getPort() + "/" + port.getProtocol());
        }
        var endpoints = endpoints(slice);
        for (var i = 0; i < endpoints.size(); i++) {
            var addresses = addresses(endpoints.get(i));
            for (var j = 0; j < addresses.size(); j++) {
                problems.require(
                        usable(addresses.get(j), origin).isPresent(),
                        "endpoints[" + i + "].addresses[" + j + "]",
                        "is no address of an endpoint: '" + addresses.get(j) + "'");
            }
        }
        return problems.found();
    }

    /// The Service it belongs to; empty when it names none, or something that cannot be one.
    private static Optional<String> service(EndpointSlice slice) {
        return Optional.ofNullable(Metadata.labels(slice.getMetadata()).get(SERVICE_LABEL))
                .filter(DnsNames::isLabel)
                .filter(_ -> !"FQDN".equals(slice.getAddressType()));
    }

    // An API server writes null for a list that is empty.
    private static List<EndpointPort> ports(EndpointSlice slice) {
        return Objects.requireNonNullElse(slice.getPorts(), List.of());
    }

    private static List<Endpoint> endpoints(EndpointSlice slice) {
        return Objects.requireNonNullElse(slice.getEndpoints(), List.of());
    }

    private static void checkPorts(FieldProblems problems, EndpointSlice slice) {
        var ports = ports(slice);
        problems.require(ports.size() <= MAX_PORTS, "ports", "must be at most " + MAX_PORTS + ", got " + ports.size());
        var names = new HashSet<String>();
        for (var i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            var field = "ports[" + i + "]";
            var name = Objects.requireNonNullElse(port.getName(), "");
            if (!name.isEmpty()) {
                problems.label(field + ".name", name);
            }
            problems.require(names.add(name), field + ".name", "is given to two ports: '" + name + "'");
            problems.oneOf(Ports.PROTOCOLS, field + ".protocol", port.getProtocol());
            problems.appProtocol(field + ".appProtocol", port.getAppProtocol());
        }
    }

    private static void checkEndpoint(FieldProblems problems, String field, Endpoint endpoint, String addressType) {
        var addresses = addresses(endpoint);
        problems.require(
                !addresses.isEmpty() && addresses.size() <= MAX_ADDRESSES,
                field + ".addresses",
                "must be 1 to " + MAX_ADDRESSES + ", got " + addresses.size());
        for (var i = 0; i < addresses.size(); i++) {
            var path = field + ".addresses[" + i + "]";
            var text = addresses.get(i);
            if (addressType.equals("FQDN")) {
                problems.require(
                        DnsNames.isSubdomain(text + "", 253) && text.contains("."),
                        path,
                        "must be a DNS name of at least two parts, got '" + text + "'");
            } else {
                var width = addressType.equals("IPv6") ? 16 : 4;
                problems.address(path, text).ifPresent(address -> {
                    problems.require(
                            address.getAddress().length == width,
                            path,
                            "must be of the addressType " + addressType + ", got '" + text + "'");
                    var written = InetAddresses.toAddrString(address);
                    problems.require(
                            written.equals(text), path, "must be written '" + written + "', got '" + text + "'");
                    problems.require(
                            canBeEndpoint(address), path, "must not be unspecified or link-local, got '" + text + "'");
                });
            }
        }
        if (endpoint.getHostname() != null) {
            problems.label(field + ".hostname", endpoint.getHostname());
        }
        if (endpoint.getNodeName() != null) {
            problems.subdomain(field + ".nodeName", "the name of a node", endpoint.getNodeName());
        }
        Optional.ofNullable(endpoint.getHints()).ifPresent(hints -> checkHints(problems, field + ".hints", hints));
    }

    private static void checkHints(FieldProblems problems, String field, EndpointHints hints) {
        checkHinted(
                problems,
                field + ".forZones",
                LabelSelectors.orEmpty(hints.getForZones()).stream()
                        .map(ForZone::getName)
                        .toList());
        checkHinted(
                problems,
                field + ".forNodes",
                LabelSelectors.orEmpty(hints.getForNodes()).stream()
                        .map(ForNode::getName)
                        .toList());
    }

    private static void checkHinted(FieldProblems problems, String field, List<String> names) {
        problems.require(names.size() <= MAX_HINTS, field, "must be at most " + MAX_HINTS + ", got " + names.size());
        var seen = new HashSet<String>();
        for (var i = 0; i < names.size(); i++) {
            var name = names.get(i);
            problems.require(seen.add(name), field + "[" + i + "].name", "is given twice: '" + name + "'");
        }
    }

    private static boolean canBeEndpoint(InetAddress address) {
        return !(address.isAnyLocalAddress() || address.isLinkLocalAddress() || address.isMCLinkLocal());
    }

    private static boolean isUsable(EndpointPort port) {
        return port.getPort() != null
                && port.getPort() >= 1
                && port.getPort() <= MAX_PORT
                && Ports.isKnown(port.getProtocol());
    }

    /// On Kubernetes the loopback would be the gateway's own.
    private static Optional<InetAddress> usable(@Nullable String text, Origin origin) {
        return new FieldProblems(origin)
                .address("", text)
                .filter(EndpointSlices::canBeEndpoint)
                .filter(address -> origin == Origin.FILE || !address.isLoopbackAddress());
    }

    private static List<String> addresses(Endpoint endpoint) {
        return LabelSelectors.orEmpty(endpoint.getAddresses());
    }

    /// @param slice without problems
    /// @return empty when it belongs to no service or holds names instead of addresses
    public static Optional<ClusterView.EndpointSlice> slice(EndpointSlice slice, Origin origin) {
        var namespace = Metadata.namespace(slice.getMetadata());
        return service(slice)
                .map(service -> new ClusterView.EndpointSlice(
                        new ServiceName(namespace, service),
                        // A port without a number stands for every port, which no Service can select.
                        ports(slice).stream()
                                .filter(EndpointSlices::isUsable)
                                .map(port -> new SlicePort(
                                        Objects.requireNonNullElse(port.getName(), ""),
                                        Ports.transport(port.getProtocol()),
                                        port.getPort()))
                                .toList(),
                        endpoints(slice).stream()
                                .map(endpoint -> endpoint(endpoint, namespace, origin))
                                .filter(endpoint -> !endpoint.addresses().isEmpty())
                                .toList()));
    }

    private static SliceEndpoint endpoint(Endpoint endpoint, String namespace, Origin origin) {
        return new SliceEndpoint(
                addresses(endpoint).stream()
                        .flatMap(text -> usable(text, origin).stream())
                        .toList(),
                Optional.ofNullable(endpoint.getConditions())
                        .map(EndpointSlices::readiness)
                        .orElse(Readiness.READY),
                Optional.ofNullable(endpoint.getHostname()),
                pod(endpoint, namespace));
    }

    /// What is not said of an endpoint is as good as can be: it is ready, it serves, it does not terminate.
    private static Readiness readiness(EndpointConditions conditions) {
        var serving = Objects.requireNonNullElse(conditions.getServing(), true);
        return Readiness.of(
                Objects.requireNonNullElse(conditions.getReady(), true),
                serving && Objects.requireNonNullElse(conditions.getTerminating(), false));
    }

    /// An API server lets a reference say anything; one that cannot be a pod's is none.
    private static Optional<PodName> pod(Endpoint endpoint, String namespace) {
        return Optional.ofNullable(endpoint.getTargetRef())
                .filter(reference -> "Pod".equals(reference.getKind()))
                .flatMap(reference ->
                        podName(Objects.requireNonNullElse(reference.getNamespace(), namespace), reference.getName()));
    }

    private static Optional<PodName> podName(String namespace, @Nullable String name) {
        return name != null && DnsNames.isLabel(namespace) && DnsNames.isSubdomain(name, 253)
                ? Optional.of(new PodName(namespace, name))
                : Optional.empty();
    }
}
