package dev.sekisho.identity;

import java.time.Instant;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// What a program shows to its peers and whom it believes, always as of now: a renewed leaf or a changed bundle
/// holds for the next handshake. Any thread.
public interface TlsIdentity {
    SpiffeId id();

    /// The leaf to show, which may have expired if renewal fails.
    Leaf leaf();

    /// Always offers [#leaf()].
    X509ExtendedKeyManager keyManager();

    /// Believes a chain only when it ends in a CA of the trust domain that the leaf's SPIFFE id names, and that
    /// domain is this cluster's own or that of a peer we are linked with.
    X509ExtendedTrustManager trustManager();

    /// When two thirds of the leaf's life are over, which is when a new one is due.
    default Instant renewAt() {
        return leaf().renewAt();
    }

    /// Takes a new leaf if one is due (or, when leaves come from outside, is there). Cheap when none is; the
    /// caller's timer asks every minute or so. May read files: not on an event loop.
    Renewal renewIfDue();

    /// @param watcher told after each renewal of the leaf, on the renewing thread
    void onRenewal(Runnable watcher);
}
