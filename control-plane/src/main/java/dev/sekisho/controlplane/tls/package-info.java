/// TLS between the control plane's servers and whoever calls them, the same for gateways and for peers.
///
/// Reading order: [dev.sekisho.controlplane.tls.MutualTls] (whom a server lets in),
/// [dev.sekisho.controlplane.tls.RefusedHandshakes] (what is said of those it does not),
/// [dev.sekisho.controlplane.tls.TlsFailure] (why, in words). Knows nothing of routes and exports.
@NullMarked
package dev.sekisho.controlplane.tls;

import org.jspecify.annotations.NullMarked;
