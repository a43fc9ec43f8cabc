package dev.sekisho.identity;

import dev.sekisho.names.ClusterName;
import java.util.Map;
import java.util.Optional;

/// Whose CAs count right now: this cluster's own and those of the peers it is linked with. Any thread; each change
/// is whole, and holds for the next handshake. What is already connected stays so: whoever unlinks a peer closes
/// its lanes.
public final class TrustBundles {
    private final TrustDomain self;
    private volatile Trusted trusted = new Trusted(Optional.empty(), Map.of());

    /// Believes nobody until [#replaceOwn] and [#replacePeers] say otherwise. The first is called by the identity
    /// that is made with these bundles, see [TlsIdentities#fromDirectory].
    public TrustBundles(TrustDomain self) {
        this.self = self;
    }

    public TrustDomain self() {
        return self;
    }

    /// @throws IllegalArgumentException when `bundle` is another trust domain's
    public synchronized void replaceOwn(CaBundle bundle) {
        if (!bundle.domain().equals(self)) {
            throw new IllegalArgumentException(
                    "the own CA bundle must be of " + self + ", got one of " + bundle.domain());
        }
        trusted = new Trusted(Optional.of(bundle), trusted.peers);
    }

    /// @param peers every linked peer's bundle; a peer that is not in it is not believed any more
    /// @throws IllegalArgumentException when a bundle is not of the trust domain of the peer it stands for, or
    /// stands for this cluster itself
    public synchronized void replacePeers(Map<ClusterName, CaBundle> peers) {
        peers.forEach((peer, bundle) -> {
            var domain = new TrustDomain(peer, self.clusterSet());
            if (domain.equals(self)) {
                throw new IllegalArgumentException("cluster " + peer + " cannot be its own peer");
            }
            if (!bundle.domain().equals(domain)) {
                throw new IllegalArgumentException(
                        "the CA bundle of peer " + peer + " must be of " + domain + ", got one of " + bundle.domain());
            }
        });
        trusted = new Trusted(trusted.own, peers);
    }

    /// The CAs that may vouch for `domain`; empty when it is not ours and we are not linked with it.
    public Optional<CaBundle> of(TrustDomain domain) {
        var now = trusted;
        if (domain.equals(self)) {
            return now.own;
        }
        return domain.clusterSet().equals(self.clusterSet())
                ? Optional.ofNullable(now.peers.get(domain.cluster()))
                : Optional.empty();
    }

    private record Trusted(Optional<CaBundle> own, Map<ClusterName, CaBundle> peers) {
        Trusted {
            peers = Map.copyOf(peers);
        }
    }
}
