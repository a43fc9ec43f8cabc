/// How large one cluster may be: a real API server is filled, and what the control plane and a gateway take to follow
/// it is measured (`deploy/bench/scale`).
///
/// Reading order: [dev.sekisho.bench.scale.Scale] (the command), `Size` and `Objects` (what there is in the cluster),
/// `Filling` (makes it so), `RunningProgram` (what is measured), `EndpointChanges` (how fast news gets through).
@NullMarked
package dev.sekisho.bench.scale;

import org.jspecify.annotations.NullMarked;
