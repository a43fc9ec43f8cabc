package dev.sekisho.controlplane.kinds;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/// One fact that a cluster tells about itself, by the fact's name (KEP-2149). Only ever read, and a cluster may not
/// have the kind.
@Group("about.k8s.io")
@Version("v1beta1")
public final class ClusterProperty extends CustomResource<ClusterProperty.Spec, Void> {
    /// The property that holds the cluster's id, unique in the clusterset.
    public static final String CLUSTER_ID = "cluster.clusterset.k8s.io";

    /// The property that holds the clusterset's name; there only while the cluster is a member.
    public static final String CLUSTER_SET = "clusterset.k8s.io";

    @ResourcePart
    public record Spec(String value) {}
}
