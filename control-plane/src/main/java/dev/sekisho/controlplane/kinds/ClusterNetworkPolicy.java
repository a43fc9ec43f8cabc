package dev.sekisho.controlplane.kinds;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An administrator's policy for the pods of many namespaces: an object as users write it (network-policy-api, v0.2).
/// [ClusterNetworkPolicies] checks and reads it.
@Group("policy.networking.k8s.io")
@Version("v1alpha2")
@ShortNames("cnp")
public final class ClusterNetworkPolicy extends CustomResource<ClusterNetworkPolicy.Spec, Map<String, Object>> {
    public static final class Spec extends NewerFields {
        public @Nullable String tier;
        public @Nullable Integer priority;
        public @Nullable Subject subject;
        public @Nullable List<IngressRule> ingress;
        public @Nullable List<EgressRule> egress;
    }

    /// Either of the two.
    public static class Subject extends NewerFields {
        public @Nullable LabelSelector namespaces;
        public @Nullable NamespacedPods pods;
    }

    public static final class NamespacedPods extends NewerFields {
        public @Nullable LabelSelector namespaceSelector;
        public @Nullable LabelSelector podSelector;
    }

    public abstract static class Rule extends NewerFields {
        public @Nullable String name;
        public @Nullable String action;
        public @Nullable List<Protocol> protocols;

        abstract @Nullable List<? extends Subject> peers();
    }

    public static final class IngressRule extends Rule {
        public @Nullable List<Subject> from;

        @Override
        @Nullable
        List<? extends Subject> peers() {
            return from;
        }
    }

    public static final class EgressRule extends Rule {
        public @Nullable List<EgressPeer> to;

        @Override
        @Nullable
        List<? extends Subject> peers() {
            return to;
        }
    }

    /// One of its fields.
    public static final class EgressPeer extends Subject {
        public @Nullable List<String> networks;
        public @Nullable LabelSelector nodes;
        public @Nullable List<String> domainNames;
    }

    /// One of its fields.
    public static final class Protocol extends NewerFields {
        public @Nullable PortMatch tcp;
        public @Nullable PortMatch udp;
        public @Nullable PortMatch sctp;
        public @Nullable String destinationNamedPort;
    }

    public static final class PortMatch extends NewerFields {
        public @Nullable Port destinationPort;
    }

    /// Either of the two.
    public static final class Port extends NewerFields {
        public @Nullable Integer number;
        public @Nullable Range range;
    }

    public static final class Range extends NewerFields {
        public @Nullable Integer start;
        public @Nullable Integer end;
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
