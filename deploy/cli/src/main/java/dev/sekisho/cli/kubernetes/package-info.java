/// Sekisho on Kubernetes: the two programs that run in its pods.
///
/// Reading order: [dev.sekisho.cli.kubernetes.PodSettings] (what the mounted `settings.yaml` says),
/// [dev.sekisho.cli.kubernetes.GatewayCommand].
@NullMarked
package dev.sekisho.cli.kubernetes;

import org.jspecify.annotations.NullMarked;
