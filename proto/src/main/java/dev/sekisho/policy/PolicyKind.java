package dev.sekisho.policy;

/// The kinds of objects that hold rules.
public enum PolicyKind {
    /// `networking.k8s.io/v1`.
    NETWORK_POLICY("NetworkPolicy"),
    /// `sekisho.dev/v1alpha1`: a NetworkPolicy whose peers may name clusters and service accounts.
    CLUSTER_SET_NETWORK_POLICY("ClusterSetNetworkPolicy"),
    /// `policy.networking.k8s.io/v1alpha2`: the administrator's, in tiers around those of the namespaces.
    CLUSTER_NETWORK_POLICY("ClusterNetworkPolicy");

    private final String kind;

    PolicyKind(String kind) {
        this.kind = kind;
    }

    /// As in the object's `kind` field.
    @Override
    public String toString() {
        return kind;
    }
}
