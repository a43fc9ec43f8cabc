/// What policies say, and of whom: the words that both programs share, on both ends of a stream.
///
/// Reading order: [dev.sekisho.policy.Policy] (what a NetworkPolicy says, defaults filled in),
/// [dev.sekisho.policy.LabelSelector], [dev.sekisho.policy.Endpoint] (one side of a flow), [dev.sekisho.policy.Verdict]
/// (the answer and who decided). Above it, floor by floor: `codec` (the same as messages), `compiled` (judges one side
/// of a flow), `published` (what is told to other clusters), `call` (may this caller reach that service?). Each floor
/// knows those below it only. All of it is pure: no socket, no clock, no Kubernetes client.
@NullMarked
package dev.sekisho.policy;

import org.jspecify.annotations.NullMarked;
