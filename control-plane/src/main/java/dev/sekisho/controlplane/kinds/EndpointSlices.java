package dev.sekisho.controlplane.kinds;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.SliceEndpoint;
import dev.sekisho.controlplane.clusterset.ClusterView.SlicePort;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// `discovery.k8s.io/v1` EndpointSlice. Loopback addresses are let through, unlike by an API server: on a single host
/// they are where workloads listen.
public final class EndpointSlices {
    /// The label that says whose endpoints these are.
    public static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private EndpointSlices() {}

    public static List<FieldProblem> problems(EndpointSlice slice) {
        var problems = new FieldProblems();
        Metadata.check(problems, slice.getMetadata(), Metadata.NameForm.SUBDOMAIN);
        if (slice.getAddressType() == null) {
            problems.add("addressType", "is required");
        }
        problems.oneOf(Set.of("IPv4", "IPv6", "FQDN"), "addressType", slice.getAddressType());
        checkService(problems, slice);
        checkPorts(problems, slice);
        var endpoints = endpoints(slice);
        problems.require(endpoints.size() <= 1000, "endpoints", "must be at most 1000, got " + endpoints.size());
        for (var i = 0; i < endpoints.size(); i++) {
            checkEndpoint(problems, "endpoints[" + i + "]", endpoints.get(i), slice.getAddressType() + "");
        }
        return problems.found();
    }

    private static void checkService(FieldProblems problems, EndpointSlice slice) {
        if (slice.getMetadata() != null) {
            var service = Metadata.labels(slice.getMetadata()).get(SERVICE_LABEL);
            problems.require(
                    service == null || DnsNames.isLabel(service),
                    "metadata.labels." + SERVICE_LABEL,
                    "must be the name of a Service, got '" + service + "'");
        }
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
        problems.require(ports.size() <= 100, "ports", "must be at most 100, got " + ports.size());
        var names = new HashSet<String>();
        for (var i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            var field = "ports[" + i + "]";
            var name = Objects.requireNonNullElse(port.getName(), "");
            if (!name.isEmpty()) {
                problems.label(field + ".name", name);
            }
            problems.require(names.add(name), field + ".name", "is given to two ports: '" + name + "'");
            problems.protocol(field + ".protocol", port.getProtocol());
            if (port.getPort() != null) {
                problems.port(field + ".port", port.getPort());
            }
        }
    }

    private static void checkEndpoint(FieldProblems problems, String field, Endpoint endpoint, String addressType) {
        var addresses = endpoint.getAddresses();
        problems.require(
                !addresses.isEmpty() && addresses.size() <= 100,
                field + ".addresses",
                "must be 1 to 100, got " + addresses.size());
        for (var i = 0; i < addresses.size(); i++) {
            var path = field + ".addresses[" + i + "]";
            var text = addresses.get(i);
            if (addressType.equals("FQDN")) {
                problems.require(DnsNames.isSubdomain(text + "", 253), path, "must be a DNS name, got '" + text + "'");
            } else {
                var width = addressType.equals("IPv6") ? 16 : 4;
                problems.address(path, text)
                        .ifPresent(address -> problems.require(
                                address.getAddress().length == width,
                                path,
                                "must be of the addressType " + addressType + ", got '" + text + "'"));
            }
        }
        if (endpoint.getHostname() != null) {
            problems.label(field + ".hostname", endpoint.getHostname());
        }
        pod(endpoint).ifPresent(reference -> {
            problems.require(
                    DnsNames.isSubdomain(reference.getName() + "", 253),
                    field + ".targetRef.name",
                    "must be the name of a pod, got '" + reference.getName() + "'");
            if (reference.getNamespace() != null) {
                problems.label(field + ".targetRef.namespace", reference.getNamespace());
            }
        });
    }

    /// @param slice without problems
    /// @return empty when it belongs to no service or holds names instead of addresses
    public static Optional<ClusterView.EndpointSlice> slice(EndpointSlice slice) {
        var namespace = Metadata.namespace(slice.getMetadata());
        return Optional.ofNullable(Metadata.labels(slice.getMetadata()).get(SERVICE_LABEL))
                .filter(_ -> !"FQDN".equals(slice.getAddressType()))
                .map(service -> new ClusterView.EndpointSlice(
                        new ServiceName(namespace, service),
                        // A port without a number stands for every port, which no Service can select.
                        ports(slice).stream()
                                .filter(port -> port.getPort() != null)
                                .map(port -> new SlicePort(
                                        Objects.requireNonNullElse(port.getName(), ""),
                                        Ports.transport(port.getProtocol()),
                                        port.getPort()))
                                .toList(),
                        endpoints(slice).stream()
                                .map(endpoint -> endpoint(endpoint, namespace))
                                .toList()));
    }

    private static SliceEndpoint endpoint(Endpoint endpoint, String namespace) {
        var unchecked = new FieldProblems();
        return new SliceEndpoint(
                endpoint.getAddresses().stream()
                        .flatMap(text -> unchecked.address("", text).stream())
                        .toList(),
                Optional.ofNullable(endpoint.getConditions())
                        .map(EndpointSlices::readiness)
                        .orElse(Readiness.READY),
                Optional.ofNullable(endpoint.getHostname()),
                pod(endpoint)
                        .map(reference -> new PodName(
                                Objects.requireNonNullElse(reference.getNamespace(), namespace), reference.getName())));
    }

    /// What is not said of an endpoint is as good as can be: it is ready, it serves, it does not terminate.
    private static Readiness readiness(EndpointConditions conditions) {
        var serving = Objects.requireNonNullElse(conditions.getServing(), true);
        return Readiness.of(
                Objects.requireNonNullElse(conditions.getReady(), true),
                serving && Objects.requireNonNullElse(conditions.getTerminating(), false));
    }

    private static Optional<ObjectReference> pod(Endpoint endpoint) {
        return Optional.ofNullable(endpoint.getTargetRef()).filter(reference -> "Pod".equals(reference.getKind()));
    }
}
