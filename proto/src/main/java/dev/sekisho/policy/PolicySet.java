package dev.sekisho.policy;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Transport;
import java.util.Collection;
import java.util.List;

/// All NetworkPolicies of one cluster, ready to judge flows. Immutable; any thread.
///
/// Semantics: networking.k8s.io/v1. A pod that no policy isolates in a direction is open in that direction; an isolated
/// one is open to what at least one rule allows. A peer selector means pods of this cluster unless its namespace
/// selector
/// mentions [#CLUSTER_LABEL].
public final class PolicySet {
    /// The namespace label that names a pod's cluster. Its value is set from the authenticated lane and overrides any
    /// label of that name that the namespace itself carries.
    public static final String CLUSTER_LABEL = "sekisho.dev/cluster";

    private final ClusterName cluster;
    private final List<Policy> policies;

    public PolicySet(ClusterName cluster, Collection<Policy> policies) {
        this.cluster = cluster;
        this.policies = List.copyOf(policies);
    }

    public ClusterName cluster() {
        return cluster;
    }

    /// Digest of the policies' content: the same rules have the same version on any gateway, whatever their order.
    public String version() {
        return "";
    }

    public List<Policy> policies() {
        return policies;
    }

    /// @param source who calls; a pod of another cluster only when its lane vouched for that cluster
    /// @param port the pod port, after service port translation
    public Verdict ingress(Endpoint source, Endpoint.Pod destination, Transport transport, int port) {
        return new Verdict.Denied(Direction.INGRESS, List.of(), "no policy can be read yet", version());
    }

    /// @param port the pod port; ignored for an [Endpoint.RemoteService], whose every target port must be allowed
    public Verdict egress(Endpoint.Pod source, Endpoint destination, Transport transport, int port) {
        return new Verdict.Denied(Direction.EGRESS, List.of(), "no policy can be read yet", version());
    }
}
