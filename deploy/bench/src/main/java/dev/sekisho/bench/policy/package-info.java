/// What policy costs: the time of a verdict, of compiling and of an update, and memory.
///
/// Reading order: [dev.sekisho.bench.policy.ManyPolicies] (what is judged),
/// [dev.sekisho.bench.policy.PolicyBenchmark], [dev.sekisho.bench.policy.PolicyMemory]. `deploy/bench/policy` runs
/// both.
@NullMarked
package dev.sekisho.bench.policy;

import org.jspecify.annotations.NullMarked;
