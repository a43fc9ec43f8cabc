/// `sekisho demo`: two clusters on loopback addresses, as separate processes, and a walk through what they do.
///
/// Reading order: [dev.sekisho.cli.demo.DemoCommand], [dev.sekisho.cli.demo.DemoCluster] (one cluster's folder and
/// processes), `DemoWalk` (the steps).
@NullMarked
package dev.sekisho.cli.demo;

import org.jspecify.annotations.NullMarked;
