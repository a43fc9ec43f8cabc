/// Compiled NetworkPolicy and its evaluation, the same code on both ends of a stream.
///
/// Reading order: [dev.sekisho.policy.Policy] (what a NetworkPolicy says, defaults filled in),
/// [dev.sekisho.policy.Endpoint] (one side of a flow), [dev.sekisho.policy.PolicySet] (judges a flow),
/// [dev.sekisho.policy.Verdict] (the answer and who decided). Pure: no socket, no clock, no Kubernetes client.
@NullMarked
package dev.sekisho.policy;

import org.jspecify.annotations.NullMarked;
