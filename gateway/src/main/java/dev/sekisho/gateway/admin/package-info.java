/// The gateway's admin ports: what operators, kubelet and Prometheus ask a running gateway.
///
/// Reading order: [dev.sekisho.gateway.admin.Admin] (the ports), [dev.sekisho.gateway.admin.AdminPages] (what is
/// where), [dev.sekisho.gateway.admin.GatewayStatus] (the content of `/status`). Only reads; knows what it shows
/// through suppliers.
@NullMarked
package dev.sekisho.gateway.admin;

import org.jspecify.annotations.NullMarked;
