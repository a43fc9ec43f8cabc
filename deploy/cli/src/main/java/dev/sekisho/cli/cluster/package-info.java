/// The cluster that a command acts on: a standalone one's folder, or a Kubernetes one through a kubeconfig and with the
/// rights of whoever calls.
///
/// Reading order: [dev.sekisho.cli.cluster.Kubeconfig] (which cluster), [dev.sekisho.cli.cluster.KubernetesCluster]
/// (the open connection), [dev.sekisho.cli.cluster.ProgramPods] (our programs there, and their admin pages through a
/// port-forward), [dev.sekisho.cli.cluster.Member] (what linking two clusters needs of each).
@NullMarked
package dev.sekisho.cli.cluster;

import org.jspecify.annotations.NullMarked;
