/// The judge of calls: it alone says who may call what, and which backends count.
///
/// Reading order: [dev.sekisho.policy.call.CallJudge] (may this caller reach that service, and which of its
/// endpoints?), [dev.sekisho.policy.call.CallAnswer], [dev.sekisho.policy.call.Offer] (what is behind the service),
/// [dev.sekisho.policy.call.Occupant] (who is at an address), [dev.sekisho.policy.call.Passage] (one flow, judged on
/// both sides).
@NullMarked
package dev.sekisho.policy.call;

import org.jspecify.annotations.NullMarked;
