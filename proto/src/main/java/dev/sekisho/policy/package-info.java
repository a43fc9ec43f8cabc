/// Compiled NetworkPolicy, its evaluation, and the judge of calls, the same code on both ends of a stream.
///
/// Reading order: [dev.sekisho.policy.CallJudge] (may this caller reach that service, and which of its endpoints?),
/// [dev.sekisho.policy.CallAnswer], [dev.sekisho.policy.Offer] (what is behind the service, and who is at which
/// address), [dev.sekisho.policy.Passage] (one flow, judged on both sides), [dev.sekisho.policy.Policy] (what a
/// NetworkPolicy says, defaults filled in), [dev.sekisho.policy.Endpoint] (one side of a flow),
/// [dev.sekisho.policy.PolicySet] (judges one side of a flow), [dev.sekisho.policy.Verdict] (the answer and who
/// decided). Pure: no socket, no clock, no Kubernetes client.
@NullMarked
package dev.sekisho.policy;

import org.jspecify.annotations.NullMarked;
