package dev.sekisho.controlplane.policy;

import static java.util.Comparator.comparing;

import dev.sekisho.controlplane.clusterset.Backend;
import dev.sekisho.controlplane.clusterset.Backends;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Which calls to exported services one state of a cluster allows and another does not. Callers are the pods of both
/// states; a peer's pods are not known, so each of these also stands for one of a linked peer that looks like it.
///
/// A call is allowed when one of the pods behind the service may be reached, as on the data path.
public final class PolicyDiff {
    /// @param caller of the local cluster, or of a peer the pod that looks like the local one of that name
    public record Call(ClusterName cluster, PodName caller, ServiceName service, PortKey port) {
        @Override
        public String toString() {
            return cluster + ":" + caller + " to " + service + " port " + port;
        }
    }

    /// @param decisive of an allowed call the verdicts of the pod that may be reached; of a denied one those of the
    ///     first pod; none when no pod serves the port
    public record Outcome(boolean allowed, List<Verdict> decisive) {
        public Outcome {
            decisive = List.copyOf(decisive);
        }
    }

    public record Change(Call call, Outcome before, Outcome after) {}

    private PolicyDiff() {}

    /// @return in the order of callers and services
    public static List<Change> between(PolicyWorld before, PolicyWorld after) {
        var clusters = new HashSet<ClusterName>(before.view().peers().keySet());
        clusters.addAll(after.view().peers().keySet());
        clusters.add(after.cluster());
        var callers = new TreeMap<String, PodName>();
        List.of(before, after)
                .forEach(world ->
                        world.pods().forEach(pod -> callers.put(pod.name().toString(), pod.name())));
        var changes = new ArrayList<Change>();
        for (var cluster : clusters.stream().sorted().toList()) {
            for (var caller : callers.values()) {
                for (var service : services(before, after)) {
                    for (var port : service.getValue()) {
                        var call = new Call(cluster, caller, service.getKey(), port);
                        var was = outcome(before, call);
                        var is = outcome(after, call);
                        if (was.allowed() != is.allowed()) {
                            changes.add(new Change(call, was, is));
                        }
                    }
                }
            }
        }
        return changes;
    }

    private static List<Map.Entry<ServiceName, Set<PortKey>>> services(PolicyWorld before, PolicyWorld after) {
        var services = new TreeMap<ServiceName, Set<PortKey>>(comparing(ServiceName::toString));
        for (var world : List.of(before, after)) {
            world.view()
                    .exports()
                    .keySet()
                    .forEach(name -> Optional.ofNullable(world.view().services().get(name))
                            .ifPresent(service -> service.ports()
                                    .forEach(port -> services.computeIfAbsent(name, _ -> new HashSet<>())
                                            .add(port.key()))));
        }
        return List.copyOf(services.entrySet());
    }

    private static Outcome outcome(PolicyWorld world, Call call) {
        var caller = world.pod(call.caller()).map(pod -> of(call.cluster(), pod, world));
        if (caller.isEmpty() || !world.view().exports().containsKey(call.service())) {
            return new Outcome(false, List.of());
        }
        var first = Optional.<Outcome>empty();
        for (Backend backend : Backends.of(world.view(), world.addresses(), call.service())) {
            var target = backend.ports().get(call.port());
            if (target != null) {
                var outcome = judge(world, caller.get(), backend, call.port(), target);
                if (outcome.allowed()) {
                    return outcome;
                }
                first = first.or(() -> Optional.of(outcome));
            }
        }
        return first.orElseGet(() -> new Outcome(false, List.of()));
    }

    // What is known of a peer's pod is what its lane vouches for: no address, no ports.
    private static Endpoint.Pod of(ClusterName cluster, Endpoint.Pod pod, PolicyWorld world) {
        return cluster.equals(world.cluster())
                ? pod
                : new Endpoint.Pod(
                        cluster,
                        pod.name(),
                        pod.labels(),
                        pod.namespaceLabels(),
                        pod.serviceAccount(),
                        Optional.empty(),
                        List.of());
    }

    private static Outcome judge(PolicyWorld world, Endpoint.Pod caller, Backend backend, PortKey port, int target) {
        var destination = backend.pod()
                .flatMap(world::pod)
                .<Endpoint>map(pod -> pod)
                .orElseGet(() -> new Endpoint.Address(backend.address()));
        var verdicts = new ArrayList<Verdict>();
        if (caller.cluster().equals(world.cluster())) {
            verdicts.add(world.policies().egress(caller, destination, port.transport(), target));
        }
        if (destination instanceof Endpoint.Pod pod) {
            verdicts.add(world.policies().ingress(caller, pod, port.transport(), target));
        }
        if (verdicts.isEmpty()) {
            verdicts.add(new Verdict.Allowed(
                    Direction.INGRESS, Optional.empty(), world.policies().version()));
        }
        return new Outcome(verdicts.stream().allMatch(Verdict::isAllowed), verdicts);
    }
}
