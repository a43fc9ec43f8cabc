/// Lanes to and from peers, and the one public port they share with the control plane.
///
/// Reading order: [dev.sekisho.gateway.tunnel.Lane] (one mTLS connection that carries one stream at a time),
/// [dev.sekisho.gateway.tunnel.Lanes] (the warm lanes we opened), [dev.sekisho.gateway.tunnel.PublicPort] (what others
/// open). Knows nothing of services, callers and policy.
@NullMarked
package dev.sekisho.gateway.tunnel;

import org.jspecify.annotations.NullMarked;
