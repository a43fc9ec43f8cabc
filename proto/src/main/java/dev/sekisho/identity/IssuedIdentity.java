package dev.sekisho.identity;

import java.security.cert.CertificateExpiredException;
import java.time.InstantSource;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An identity whose leaves the cluster's own CA, held by this program, issues.
final class IssuedIdentity implements TlsIdentity {
    private static final Logger log = LoggerFactory.getLogger(IssuedIdentity.class);

    private final ClusterAuthority authority;
    private final InstantSource clock;
    private final X509ExtendedTrustManager trust;
    private final LiveLeaf live;

    /// @throws CertificateExpiredException when the CA has expired
    IssuedIdentity(ClusterAuthority authority, SpiffeId.Role role, InstantSource clock, TrustBundles bundles)
            throws CertificateExpiredException {
        this.authority = authority;
        this.clock = clock;
        this.trust = new PeerTrust(bundles, clock);
        this.live = new LiveLeaf(authority.issue(role));
    }

    @Override
    public SpiffeId id() {
        return leaf().id();
    }

    @Override
    public Leaf leaf() {
        return live.current();
    }

    @Override
    public X509ExtendedKeyManager keyManager() {
        return live.keys();
    }

    @Override
    public X509ExtendedTrustManager trustManager() {
        return trust;
    }

    @Override
    public synchronized Renewal renewIfDue() {
        var now = clock.instant();
        // A clock that was set back makes the leaf one from the future, which no peer would take.
        if (now.isBefore(renewAt()) && !now.isBefore(leaf().notBefore())) {
            return new Renewal.NotDue();
        }
        try {
            live.replace(authority.issue(id().role()));
        } catch (CertificateExpiredException e) {
            var reason = String.valueOf(e.getMessage());
            log.atError().addKeyValue("id", id()).addKeyValue("reason", reason).log("Leaf could not be renewed");
            return new Renewal.Failed(reason);
        }
        log.atInfo()
                .addKeyValue("id", id())
                .addKeyValue("until", leaf().notAfter())
                .log("Leaf renewed");
        return new Renewal.Renewed(leaf().notAfter());
    }

    @Override
    public void onRenewal(Runnable watcher) {
        live.watch(watcher);
    }
}
