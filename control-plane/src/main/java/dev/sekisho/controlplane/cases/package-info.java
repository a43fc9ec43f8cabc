/// Policy cases as others publish them: what a cluster looks like, and who must reach whom then. They are judged by the
/// code that also judges streams, from the same strict reading of the objects to the verdict.
///
/// Reading order: [dev.sekisho.controlplane.cases.CaseFile] (one file of cases, in JSON lines),
/// [dev.sekisho.controlplane.cases.CaseReport] (what came out), `ReachabilityCase`, `CaseStep`. Knows no running
/// cluster.
@NullMarked
package dev.sekisho.controlplane.cases;

import org.jspecify.annotations.NullMarked;
