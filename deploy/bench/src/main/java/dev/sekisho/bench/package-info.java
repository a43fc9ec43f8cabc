/// Figures of the data path, always beside peers in the same interleaved run: these machines are shared and noisy, so
/// only ratios and medians mean anything.
///
/// Reading order: [dev.sekisho.bench.Smoke] (the run), [dev.sekisho.bench.Load] (what is sent),
/// [dev.sekisho.bench.Contender] (who carries it).
@NullMarked
package dev.sekisho.bench;

import org.jspecify.annotations.NullMarked;
