package dev.sekisho.controlplane.kinds;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Readiness;
import dev.sekisho.policy.Endpoint.ContainerPort;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `v1` Pod. What only matters to whoever runs its containers, images above all, is not asked for: a host's process
/// may be described as a pod.
public final class Pods {
    private Pods() {}

    public static List<FieldProblem> problems(Pod pod, Origin origin) {
        var problems = new FieldProblems(origin);
        Metadata.check(problems, pod.getMetadata(), Metadata.NameForm.SUBDOMAIN);
        if (problems.isOfFile()) {
            checkFields(problems, pod);
        }
        return problems.found();
    }

    private static void checkFields(FieldProblems problems, Pod pod) {
        checkAddresses(problems, pod);
        var spec = pod.getSpec();
        if (spec != null) {
            Optional.ofNullable(spec.getHostname())
                    .filter(name -> !name.isEmpty())
                    .ifPresent(name -> problems.label("spec.hostname", name));
            Optional.ofNullable(spec.getSubdomain())
                    .filter(name -> !name.isEmpty())
                    .ifPresent(name -> problems.label("spec.subdomain", name));
            var account = spec.getServiceAccountName();
            if (account != null && !account.isEmpty()) {
                problems.subdomain("spec.serviceAccountName", "the name of a service account", account);
            }
            var names = new HashSet<String>();
            checkContainers(problems, "spec.containers", spec.getContainers(), names);
            checkContainers(problems, "spec.initContainers", spec.getInitContainers(), names);
        }
    }

    private static void checkContainers(
            FieldProblems problems, String field, @Nullable List<Container> containers, Set<String> names) {
        var index = 0;
        for (var container : containers == null ? List.<Container>of() : containers) {
            var path = field + "[" + index++ + "]";
            var name = Objects.requireNonNullElse(container.getName(), "");
            problems.label(path + ".name", name);
            problems.require(names.add(name), path + ".name", "is given to two containers: '" + name + "'");
            var portNames = new HashSet<String>();
            for (var i = 0; i < container.getPorts().size(); i++) {
                var port = container.getPorts().get(i);
                var portPath = path + ".ports[" + i + "]";
                problems.port(portPath + ".containerPort", port.getContainerPort());
                problems.protocol(portPath + ".protocol", port.getProtocol());
                if (port.getName() != null) {
                    problems.portName(portPath + ".name", port.getName());
                    problems.require(
                            portNames.add(port.getName()),
                            portPath + ".name",
                            "is given to two ports: '" + port.getName() + "'");
                }
            }
        }
    }

    private static void checkAddresses(FieldProblems problems, Pod pod) {
        var status = pod.getStatus();
        if (status == null) {
            return;
        }
        var first = status.getPodIP();
        if (first != null && !first.isEmpty()) {
            problems.address("status.podIP", first);
        }
        var widths = new HashSet<Integer>();
        var all = status.getPodIPs();
        for (var i = 0; i < all.size(); i++) {
            var field = "status.podIPs[" + i + "].ip";
            var text = all.get(i).getIp();
            problems.address(field, text)
                    .ifPresent(address -> problems.require(
                            widths.add(address.getAddress().length),
                            field,
                            "is a second address of its family: " + text));
        }
    }

    /// @param pod without problems
    public static ClusterView.Pod pod(Pod pod) {
        var spec = Optional.ofNullable(pod.getSpec());
        return new ClusterView.Pod(
                name(pod),
                Metadata.labels(pod.getMetadata()),
                spec.map(s -> s.getServiceAccountName())
                        .filter(account -> !account.isEmpty())
                        .orElse("default"),
                addresses(pod),
                ports(pod),
                spec.map(s -> s.getHostNetwork()).orElse(false),
                spec.map(s -> s.getNodeName()).filter(node -> !node.isEmpty()));
    }

    public static PodName name(Pod pod) {
        return new PodName(
                Metadata.namespace(pod.getMetadata()), pod.getMetadata().getName());
    }

    /// Whether it may be sent calls: it has an address and no condition says that it is not ready.
    public static boolean isReady(Pod pod) {
        return !addresses(pod).isEmpty()
                && pod.getStatus().getConditions().stream()
                        .noneMatch(condition ->
                                "Ready".equals(condition.getType()) && !"True".equals(condition.getStatus()));
    }

    /// A pod that is being deleted may still serve.
    public static Readiness readiness(Pod pod) {
        var terminating = pod.getMetadata().getDeletionTimestamp() != null;
        return Readiness.of(isReady(pod) && !terminating, isReady(pod));
    }

    // The address of a pod that has ended may already be another pod's. Of podIP and podIPs an API server believes the
    // latter.
    private static List<InetAddress> addresses(Pod pod) {
        var status = pod.getStatus();
        if (status == null || "Succeeded".equals(status.getPhase()) || "Failed".equals(status.getPhase())) {
            return List.of();
        }
        var texts = LabelSelectors.orEmpty(status.getPodIPs()).stream()
                .map(PodIP::getIp)
                .toList();
        var unchecked = new FieldProblems(Origin.API_SERVER);
        return (texts.isEmpty() ? Optional.ofNullable(status.getPodIP()).stream() : texts.stream())
                .flatMap(text -> unchecked.address("", text).stream())
                .toList();
    }

    // An init container that keeps running (a sidecar) serves ports like any other.
    private static List<ContainerPort> ports(Pod pod) {
        var spec = pod.getSpec();
        if (spec == null) {
            return List.of();
        }
        var sidecars = spec.getInitContainers().stream().filter(init -> "Always".equals(init.getRestartPolicy()));
        var ports = new ArrayList<ContainerPort>();
        Stream.concat(spec.getContainers().stream(), sidecars)
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> Ports.isKnown(port.getProtocol()))
                .forEach(port -> ports.add(new ContainerPort(
                        Objects.requireNonNullElse(port.getName(), ""),
                        Ports.transport(port.getProtocol()),
                        port.getContainerPort())));
        return ports;
    }
}
