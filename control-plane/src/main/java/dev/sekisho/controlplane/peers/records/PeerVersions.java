package dev.sekisho.controlplane.peers.records;

import dev.sekisho.sync.v1.Holdings;

/// The versions under which one peer is told our exports: our own, raised where the peer holds something higher, which
/// happens after our clock went back. They are this peer's alone: one that lies about what it holds cannot raise what
/// others are told. Confined to the links' event loop; over all streams with the peer.
public final class PeerVersions {
    /// Far above any clock, and far enough below the end that growth never meets it.
    private static final long HIGHEST_BELIEVED = Long.MAX_VALUE / 2;

    private long raise;

    /// Makes every difference from what the peer holds newer than what it holds, else it would ignore it.
    public void outgrow(Holdings.Digest held, OwnExports own) {
        if (held.getVersion() > HIGHEST_BELIEVED || held.getVersion() < 0) {
            return;
        }
        var record = own.records().get(held.getKey());
        var needed = record == null || record.digest().equals(held.getContent())
                ? held.getVersion() - own.version() // enough for the next change
                : held.getVersion() - record.record().getVersion() + 1;
        raise = Math.max(raise, needed);
    }

    /// @param version of ours
    long of(long version) {
        return version + raise;
    }
}
