package dev.sekisho.policy.call;

import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.Allowed;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.compiled.PolicySet;
import java.util.Optional;

/// One flow, as the policies of one cluster judge it: its egress where the caller is a pod of that cluster, its ingress
/// where the called is. The other side is judged where its policies are.
///
/// @param from a pod of another cluster only when its lane vouched for that cluster
/// @param port the pod port, after service port translation; ignored for an [Endpoint.RemoteService]
public record Passage(PolicySet policies, Endpoint from, Endpoint to, Transport transport, int port) {
    /// Empty when the caller is no pod of this cluster.
    public Optional<Verdict> egress() {
        return from instanceof Endpoint.Pod pod && isHere(pod)
                ? Optional.of(policies.egress(pod, to, transport, port))
                : Optional.empty();
    }

    /// Empty when the called is no pod of this cluster.
    public Optional<Verdict> ingress() {
        return to instanceof Endpoint.Pod pod && isHere(pod)
                ? Optional.of(policies.ingress(from, pod, transport, port))
                : Optional.empty();
    }

    /// Both sides that are here have to agree, and the first one that denies decides. A side that is not here is not
    /// heard; of a call between pods of which neither is, nothing can be said, so it is denied.
    public Verdict decisive() {
        if (!(from instanceof Endpoint.Pod caller && isHere(caller))) {
            return ingressAlone();
        }
        var egress = policies.egress(caller, to, transport, port);
        if (egress instanceof Denied || !(to instanceof Endpoint.Pod pod && isHere(pod))) {
            return egress;
        }
        var ingress = policies.ingress(from, pod, transport, port);
        // What is let through on one side stays said when the other side allows it.
        return ingress instanceof Allowed
                        && egress instanceof Allowed allowed
                        && allowed.audited().isPresent()
                ? egress
                : ingress;
    }

    private Verdict ingressAlone() {
        return to instanceof Endpoint.Pod pod
                ? policies.ingress(from, pod, transport, port)
                : new Allowed(Direction.INGRESS, Optional.empty(), policies.version());
    }

    private boolean isHere(Endpoint.Pod pod) {
        return pod.cluster().equals(policies.cluster());
    }
}
