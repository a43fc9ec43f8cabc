/// Policies in the form in which they are asked, and their evaluation.
///
/// Reading order: [dev.sekisho.policy.compiled.PolicySet] (judges one side of a flow),
/// [dev.sekisho.policy.compiled.PolicyScope] (in what surroundings), [dev.sekisho.policy.compiled.Compilation] (what is
/// kept of policies that stay), [dev.sekisho.policy.compiled.Tiers] (who is asked in which order),
/// [dev.sekisho.policy.compiled.PolicyGroup] and [dev.sekisho.policy.compiled.RuleIndex] (why ten thousand policies
/// cost
/// little more than one), [dev.sekisho.policy.compiled.NearestMiss] (why a call was denied). Knows nothing of services
/// and backends: who has to agree to a call is said in `call`.
@NullMarked
package dev.sekisho.policy.compiled;

import org.jspecify.annotations.NullMarked;
