/// What can be said of a cluster's policies without a stream: what in them is hardly meant, and what a change would
/// open or close.
///
/// Reading order: [dev.sekisho.controlplane.policy.PolicyLint], [dev.sekisho.controlplane.policy.PolicyDiff],
/// [dev.sekisho.controlplane.policy.PolicyWorld] (a cluster and its compiled policies). Plain functions of what was
/// seen.
@NullMarked
package dev.sekisho.controlplane.policy;

import org.jspecify.annotations.NullMarked;
