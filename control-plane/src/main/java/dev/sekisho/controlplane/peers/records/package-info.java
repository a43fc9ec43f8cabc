/// What is said of exports on a link and kept of a peer's: records, their versions and what differs. No socket, no
/// Vert.x: plain functions and values, and the files in which a folder keeps them.
///
/// Reading order: [dev.sekisho.controlplane.peers.records.ExportCodec] (an export as a record),
/// [dev.sekisho.controlplane.peers.records.OwnExports] (ours, with versions),
/// [dev.sekisho.controlplane.peers.records.PeerRecords] (a peer's, taken or refused),
/// [dev.sekisho.controlplane.peers.records.Differences] (what one side lacks).
@NullMarked
package dev.sekisho.controlplane.peers.records;

import org.jspecify.annotations.NullMarked;
