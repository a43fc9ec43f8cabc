/// Sync with the control planes of other clusters: one stream per pair, over which each side tells what it exports.
///
/// Reading order: [dev.sekisho.controlplane.peers.SyncedPeers] (all links, and where the package is wired),
/// [dev.sekisho.controlplane.peers.PeerLink] (one peer: who dials, what we hold of it, what is wrong),
/// [dev.sekisho.controlplane.peers.SyncSession] (the protocol on one stream). What is said on it,
/// and what is kept of a peer, is decided in `records`, which has no socket in it. The package knows nothing of
/// Kubernetes or YAML.
@NullMarked
package dev.sekisho.controlplane.peers;

import org.jspecify.annotations.NullMarked;
