package dev.sekisho.controlplane.kinds;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A NetworkPolicy whose peers may name clusters of the clusterset and service accounts: an object as users write it.
/// [ClusterSetNetworkPolicies] checks and reads it.
@Group("sekisho.dev")
@Version("v1alpha1")
@ShortNames("csnp")
@Categories("sekisho")
public final class ClusterSetNetworkPolicy extends CustomResource<ClusterSetNetworkPolicy.Spec, Map<String, Object>>
        implements Namespaced {
    /// As the spec of a NetworkPolicy.
    public static final class Spec extends NewerFields {
        public @Nullable LabelSelector podSelector;
        public @Nullable List<IngressRule> ingress;
        public @Nullable List<EgressRule> egress;
        public @Nullable List<String> policyTypes;
    }

    public static final class IngressRule extends NewerFields {
        public @Nullable List<Caller> from;
        public @Nullable List<NetworkPolicyPort> ports;
    }

    public static final class EgressRule extends NewerFields {
        public @Nullable List<Peer> to;
        public @Nullable List<NetworkPolicyPort> ports;
    }

    public static class Peer extends NewerFields {
        public @Nullable LabelSelector clusterSelector;
        public @Nullable LabelSelector namespaceSelector;
        public @Nullable LabelSelector podSelector;
        public @Nullable IPBlock ipBlock;

        @Nullable
        List<String> accounts() {
            return null;
        }
    }

    /// Only of a caller the service account is known.
    public static final class Caller extends Peer {
        public @Nullable List<String> serviceAccounts;

        @Override
        @Nullable
        List<String> accounts() {
            return serviceAccounts;
        }
    }

    @Override
    protected Spec initSpec() {
        return new Spec();
    }

    @Override
    protected Map<String, Object> initStatus() {
        return Map.of();
    }
}
