package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.RouteTable.Backend;
import dev.sekisho.gateway.routes.RouteTable.Source;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Asks a route table's policies about the flows of a stream. Pure; the same questions are asked when a stream opens
/// and when the rules change under it.
final class Verdicts {
    private Verdicts() {}

    /// May `caller`, of this cluster or of a peer, reach `backend`? A backend that is no pod has no policy.
    static Verdict ingress(RouteTable table, Endpoint.Pod caller, Backend backend, PortKey port, int targetPort) {
        return pod(table, backend)
                .map(pod -> table.policies().ingress(caller, pod, port.transport(), targetPort))
                .orElseGet(() -> new Verdict.Allowed(
                        Direction.INGRESS, Optional.empty(), table.policies().version()));
    }

    /// May `caller` call the service in another cluster? That cluster's own denial is foretold where it has published
    /// its rules; its permission is not.
    static Verdict remote(RouteTable table, Endpoint.Pod caller, ServiceName service, Source source, PortKey port) {
        var destination = new Endpoint.RemoteService(
                source.cluster(),
                service,
                source.podLabels(),
                source.namespaceLabels(),
                source.ports().getOrDefault(port, List.of()));
        var egress = table.policies().egress(caller, destination, port.transport(), port.number());
        if (egress instanceof Verdict.Denied) {
            return egress;
        }
        return source.ingress()
                .flatMap(ingress -> ingress.refusal(caller, port.transport(), destination.targets()))
                .<Verdict>map(refusal -> refusal)
                .orElse(egress);
    }

    /// May `caller` reach `backend`, both of this cluster? Egress and ingress have to agree.
    static Verdict local(RouteTable table, Endpoint.Pod caller, Backend backend, PortKey port, int targetPort) {
        Endpoint destination =
                pod(table, backend).<Endpoint>map(pod -> pod).orElseGet(() -> new Endpoint.Address(backend.address()));
        var egress = table.policies().egress(caller, destination, port.transport(), targetPort);
        if (!(egress instanceof Verdict.Allowed allowed)) {
            return egress;
        }
        var ingress = ingress(table, caller, backend, port, targetPort);
        // What is let through on one side stays told when the other side allows it.
        return ingress instanceof Verdict.Allowed && allowed.audited().isPresent() ? egress : ingress;
    }

    /// Whose policies hold for it now. What was no pod when a stream was opened to it may since have been seen as one.
    private static Optional<Endpoint.Pod> pod(RouteTable table, Backend backend) {
        return backend.pod()
                .map(pod -> asOf(table, pod))
                .or(() -> Optional.ofNullable(table.callers().get(backend.address())));
    }

    /// The pod as `table` knows it now, at the same address; as it was when it is no longer there.
    static Endpoint.Pod asOf(RouteTable table, Endpoint.Pod pod) {
        return pod.address()
                .map(table.callers()::get)
                .filter(now -> now.name().equals(pod.name()))
                .orElseGet(() -> table.pods().getOrDefault(pod.name(), pod));
    }

    /// For the operator: the policies that deny, and what came closest to allowing it.
    static String why(Verdict.Denied denied) {
        var policies = denied.by()
                .map(Object::toString)
                .orElseGet(
                        () -> denied.isolatedBy().stream().map(Object::toString).collect(Collectors.joining(", ")));
        if (policies.isEmpty()) {
            return denied.nearestMiss();
        }
        return denied.nearestMiss().isEmpty() ? policies : policies + ": " + denied.nearestMiss();
    }

    static StreamOutcome refused(Verdict.Denied denied) {
        return new StreamOutcome.Refused(denied.direction(), why(denied));
    }

    static StreamOutcome policyChanged(Verdict.Denied denied) {
        return new StreamOutcome.PolicyChanged(denied.direction(), why(denied));
    }
}
