/// What follows from a cluster's view and its peers' exports: imports, conditions, routes of gateways, passes.
///
/// Reading order: [dev.sekisho.controlplane.clusterset.plan.ClusterSetPlan] (the entrance),
/// [dev.sekisho.controlplane.clusterset.plan.RouteResources] (the route table),
/// [dev.sekisho.controlplane.clusterset.plan.ImportSlices], [dev.sekisho.controlplane.clusterset.plan.GatewayPasses].
/// Pure, as everything in `clusterset`. What has not changed since the plan before is the same object.
@NullMarked
package dev.sekisho.controlplane.clusterset.plan;

import org.jspecify.annotations.NullMarked;
