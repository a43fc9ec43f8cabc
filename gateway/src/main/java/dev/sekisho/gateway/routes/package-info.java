/// The route table: the immutable value a gateway runs on.
///
/// Reading order: [dev.sekisho.gateway.routes.RouteTable], then [dev.sekisho.gateway.routes.LiveRoutes], which holds
/// the one in force, then [dev.sekisho.gateway.routes.RouteResources], which makes tables out of what the control
/// plane sends. Pure: no Vert.x, socket or clock.
@NullMarked
package dev.sekisho.gateway.routes;

import org.jspecify.annotations.NullMarked;
