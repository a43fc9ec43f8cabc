package dev.sekisho.controlplane.clusterset.plan;

import com.google.common.base.Suppliers;
import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.ClusterView.Service;
import dev.sekisho.controlplane.clusterset.LocalExports;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Why calls to valid exports find no endpoint, or none for some of their ports. For one plan, confined to its thread.
final class MissingEndpoints {
    private static final int MOST_NAMED = 3;

    private final LocalExports local;
    // One pass over all pods serves every export that has no endpoint, and most plans have none of those.
    private final Supplier<Map<String, List<Pod>>> podsByNamespace;

    MissingEndpoints(ClusterView view, LocalExports local) {
        this.local = local;
        this.podsByNamespace = Suppliers.memoize(() -> view.pods().values().stream()
                .collect(Collectors.groupingBy(pod -> pod.name().namespace())));
    }

    /// @param name of a valid export
    /// @return what follows a colon; empty when every port has an endpoint that is called
    Optional<String> why(ServiceName name) {
        var service = Optional.ofNullable(local.bases().get(name)).orElseThrow().service();
        var endpoints = local.backends().getOrDefault(name, List.of());
        if (endpoints.isEmpty()) {
            return Optional.of("there is no endpoint: " + whyNone(service));
        }
        var called = endpoints.stream()
                .filter(endpoint -> endpoint.readiness() != Readiness.NOT_READY)
                .toList();
        if (called.isEmpty()) {
            return Optional.of("none of its endpoints is ready");
        }
        // Whoever calls a headless service dials a port of the pod itself.
        var unserved = service.kind() == ClusterView.ServiceKind.HEADLESS
                ? List.<ServicePort>of()
                : service.ports().stream()
                        .filter(port -> called.stream()
                                .noneMatch(endpoint -> endpoint.ports().containsKey(port.key())))
                        .toList();
        return unserved.isEmpty() ? Optional.empty() : Optional.of(unserved(service, unserved));
    }

    private static String unserved(Service service, List<ServicePort> ports) {
        return "no endpoint that is ready has "
                + listed(ports.stream()
                        .map(port -> "port " + port.key()
                                + Optional.ofNullable(service.targets().get(port.name()))
                                        .map(target -> " (targetPort " + target + ")")
                                        .orElse(""))
                        .toList());
    }

    private String whyNone(Service service) {
        if (service.selector().isEmpty()) {
            return "the Service has no selector, and no EndpointSlice that is labelled kubernetes.io/service-name="
                    + service.name().name() + " holds one";
        }
        var selected = podsByNamespace.get().getOrDefault(service.name().namespace(), List.of()).stream()
                .filter(pod ->
                        pod.labels().entrySet().containsAll(service.selector().entrySet()))
                .sorted(Comparator.comparing(pod -> pod.name().name()))
                .toList();
        if (selected.isEmpty()) {
            return "no pod of namespace " + service.name().namespace() + " has the labels that the Service selects, "
                    + new TreeMap<>(service.selector())
                            .entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
        }
        var addressed =
                selected.stream().filter(pod -> !pod.addresses().isEmpty()).toList();
        if (addressed.isEmpty()) {
            return "no pod that the Service selects has an address yet";
        }
        var families = service.traits().ipFamilies();
        return addressed.stream().anyMatch(pod -> hasOneOf(families, pod))
                ? "no EndpointSlice names a pod that the Service selects yet"
                : "its ipFamilies are " + families + ", and the pods that it selects have addresses of other families"
                        + " only: "
                        + listed(addressed.stream()
                                .map(pod -> pod.name() + " "
                                        + pod.addresses().stream()
                                                .map(Addresses::text)
                                                .collect(Collectors.joining(",")))
                                .toList());
    }

    private static boolean hasOneOf(List<String> families, Pod pod) {
        var own = new HashSet<String>();
        pod.addresses().forEach(address -> own.add(Addresses.family(address)));
        return families.stream().anyMatch(own::contains);
    }

    private static String listed(List<String> all) {
        var more = all.size() - MOST_NAMED;
        return all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
