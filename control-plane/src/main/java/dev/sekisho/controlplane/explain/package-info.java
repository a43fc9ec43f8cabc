/// Why a call is or is not allowed: the answers of the judge, put in words for an operator, for both sides of a call.
/// It knows what the reconciler last decided, and nothing of pages.
///
/// Reading order: [dev.sekisho.controlplane.explain.Explainer], [dev.sekisho.controlplane.explain.Explanation],
/// `CallersSide`, `ServicesSide`.
@NullMarked
package dev.sekisho.controlplane.explain;

import org.jspecify.annotations.NullMarked;
