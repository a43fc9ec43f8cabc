/// The ingress rules that a cluster tells those which may call it, so that a call that will be refused there need not
/// be made.
///
/// Reading order: [dev.sekisho.policy.published.PublishedIngress] (what is told),
/// [dev.sekisho.policy.published.NamespaceIngress] (how much of a namespace's policies that is),
/// [dev.sekisho.policy.published.PublishedIngressCodec], [dev.sekisho.policy.published.RemoteIngress] (the rules at the
/// caller's end).
@NullMarked
package dev.sekisho.policy.published;

import org.jspecify.annotations.NullMarked;
