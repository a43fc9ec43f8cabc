/// Policies, selectors and callers as messages and back. Reading is strict: what is not understood wholly is refused.
///
/// Reading order: [dev.sekisho.policy.codec.PolicyCodec], [dev.sekisho.policy.codec.SelectorCodec],
/// [dev.sekisho.policy.codec.CallerCodec]. Knows what policies say, and not how they are judged.
@NullMarked
package dev.sekisho.policy.codec;

import org.jspecify.annotations.NullMarked;
