package dev.sekisho.identity;

import java.io.IOException;
import java.security.cert.CertificateExpiredException;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An identity whose leaves the cluster's own CA, held by this program, issues.
final class IssuedIdentity implements TlsIdentity {
    private static final Logger log = LoggerFactory.getLogger(IssuedIdentity.class);

    private final AuthoritySource source;
    private final InstantSource clock;
    private final TrustBundles bundles;
    private final X509ExtendedTrustManager trust;
    private final LiveLeaf live;
    private ClusterAuthority authority;
    private Optional<String> reported = Optional.empty();

    /// @param source asked at each renewal whether the CA was replaced
    /// @param authority what it holds now
    /// @throws CertificateExpiredException when the CA has expired
    IssuedIdentity(
            AuthoritySource source,
            ClusterAuthority authority,
            SpiffeId.Role role,
            InstantSource clock,
            TrustBundles bundles)
            throws CertificateExpiredException {
        this.source = source;
        this.authority = authority;
        this.clock = clock;
        this.bundles = bundles;
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
        if (!takeOverReplacedCa() && now.isBefore(renewAt()) && !now.isBefore(leaf().notBefore())) {
            return new Renewal.NotDue();
        }
        try {
            live.replace(authority.issue(id().role()));
        } catch (CertificateExpiredException e) {
            var reason = String.valueOf(e.getMessage());
            log.atError()
                    .addKeyValue("id", id())
                    .addKeyValue("reason", reason)
                    .log("The certificate could not be renewed");
            return new Renewal.Failed(reason);
        }
        log.atInfo()
                .addKeyValue("id", id())
                .addKeyValue("until", leaf().notAfter())
                .log("The certificate was renewed");
        return new Renewal.Renewed(leaf().notAfter());
    }

    /// @return whether leaves are to be signed by another certificate from now on
    private boolean takeOverReplacedCa() {
        ClusterAuthority current;
        try {
            current = source.current();
            reported = Optional.empty();
        } catch (IOException e) {
            var reason = String.valueOf(e.getMessage());
            // Asked every minute, it would say the same every minute.
            if (!reported.equals(Optional.of(reason))) {
                reported = Optional.of(reason);
                log.atWarn()
                        .addKeyValue("id", id())
                        .addKeyValue("reason", reason)
                        .log("The CA cannot be read, so it is unknown whether it was replaced; the one in use stays");
            }
            return false;
        }
        var before = authority;
        authority = current;
        if (!current.bundle().equals(before.bundle())) {
            bundles.replaceOwn(current.bundle());
            log.atInfo().addKeyValue("ca", current).log("The cluster's CAs were replaced");
        }
        return !current.certificate().equals(before.certificate());
    }

    @Override
    public void onRenewal(Runnable watcher) {
        live.watch(watcher);
    }
}
