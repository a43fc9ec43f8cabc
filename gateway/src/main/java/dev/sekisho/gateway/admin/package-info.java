/// The gateway's admin port: what operators and Prometheus ask a running gateway.
///
/// Reading order: [dev.sekisho.gateway.admin.AdminServer], then [dev.sekisho.gateway.admin.GatewayStatus], the content
/// of `/status`. Only reads; knows what it shows through suppliers.
@NullMarked
package dev.sekisho.gateway.admin;

import org.jspecify.annotations.NullMarked;
