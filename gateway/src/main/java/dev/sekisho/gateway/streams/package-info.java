/// Streams from accept to their end: what a pod opened, who may have it, where it went and how it ended.
///
/// Reading order: [dev.sekisho.gateway.streams.ImportListeners] (where pods of this cluster arrive),
/// [dev.sekisho.gateway.streams.ExportConnectors] (where streams of peers arrive on lanes), and
/// [dev.sekisho.gateway.streams.StreamOutcome] (the names of all endings). Knows lanes as stream ends, not their TLS.
@NullMarked
package dev.sekisho.gateway.streams;

import org.jspecify.annotations.NullMarked;
