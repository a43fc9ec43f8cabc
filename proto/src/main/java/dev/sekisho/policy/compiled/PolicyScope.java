package dev.sekisho.policy.compiled;

import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.Labels;
import dev.sekisho.policy.PolicyMode;
import java.util.Map;
import java.util.TreeMap;

/// Whose policies are judged by, in what surroundings. Everything but the policies that a verdict depends on.
///
/// @param cluster the local one
/// @param memberLabels labels of member clusters as this cluster's administrator gave them, the local one's among them;
///     each also has `sekisho.dev/cluster`, whatever is said here. Of a cluster that is missing no other label is known
/// @param mode for namespaces that have none of their own, and the one that ClusterNetworkPolicies of the Admin tier
///     must agree to
/// @param namespaceModes by namespace
public record PolicyScope(
        ClusterName cluster,
        Map<ClusterName, Map<String, String>> memberLabels,
        PolicyMode mode,
        Map<String, PolicyMode> namespaceModes) {
    public PolicyScope {
        var labels = new TreeMap<ClusterName, Map<String, String>>();
        memberLabels.forEach((member, given) -> labels.put(member, Labels.of(given)));
        memberLabels = Map.copyOf(labels);
        namespaceModes = Map.copyOf(namespaceModes);
    }

    /// A cluster without labels that enforces.
    public static PolicyScope of(ClusterName cluster) {
        return new PolicyScope(cluster, Map.of(cluster, Map.of()), PolicyMode.ENFORCE, Map.of());
    }

    public PolicyMode modeOf(String namespace) {
        return namespaceModes.getOrDefault(namespace, mode);
    }

    KnownLabels.OfCluster labelsOf(ClusterName member) {
        var given = memberLabels.get(member);
        return new KnownLabels.OfCluster(member, given == null ? Map.of() : given, given != null);
    }
}
