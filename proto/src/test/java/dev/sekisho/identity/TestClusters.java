package dev.sekisho.identity;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Clusters of the clusterset `demo`, each with a CA in memory: identities that trust each other, and those that must
/// be refused. For the tests of every module.
public final class TestClusters {
    private static final ClusterSetName CLUSTER_SET = new ClusterSetName("demo");

    private final InstantSource clock;
    private final Map<ClusterName, TestCluster> clusters = new LinkedHashMap<>();

    private TestClusters(InstantSource clock) {
        this.clock = clock;
    }

    /// Clusters with these names, each linked with all the others, by the real time.
    public static TestClusters linked(String... names) {
        return linked(InstantSource.system(), names);
    }

    /// @param clock what every CA and trust manager goes by; see [TestClock]
    public static TestClusters linked(InstantSource clock, String... names) {
        var world = new TestClusters(clock);
        for (var name : names) {
            world.clusters.put(new ClusterName(name), new TestCluster(domain(name), clock));
        }
        for (var cluster : world.clusters.values()) {
            var peers = new HashMap<ClusterName, CaBundle>();
            world.clusters.values().stream()
                    .filter(peer -> peer != cluster)
                    .forEach(peer -> peers.put(peer.domain.cluster(), peer.authority.bundle()));
            cluster.bundles.replacePeers(peers);
        }
        return world;
    }

    /// @return `<name>.demo`
    public static TrustDomain domain(String name) {
        return new TrustDomain(new ClusterName(name), CLUSTER_SET);
    }

    public TestCluster cluster(String name) {
        return Optional.ofNullable(clusters.get(new ClusterName(name)))
                .orElseThrow(() -> new IllegalArgumentException("no such test cluster: " + name));
    }

    /// A good gateway of `name`.
    public TlsIdentity gateway(String name) {
        return cluster(name).identity(SpiffeId.Role.GATEWAY);
    }

    /// A good control plane of `name`.
    public TlsIdentity controlPlane(String name) {
        return cluster(name).identity(SpiffeId.Role.CONTROL_PLANE);
    }

    /// Trusts as `name` does, but its leaf has expired an hour ago.
    public TlsIdentity expired(String name, SpiffeId.Role role) {
        var cluster = cluster(name);
        var now = clock.instant();
        return cluster.showing(cluster.authority.issue(
                cluster.domain.id(role), now.minus(Duration.ofHours(25)), now.minus(Duration.ofHours(1))));
    }

    /// Trusts as `name` does, but its leaf is valid from in an hour on: its clock goes fast, or the others' go slow.
    public TlsIdentity notYetValid(String name, SpiffeId.Role role) {
        var cluster = cluster(name);
        var now = clock.instant();
        return cluster.showing(cluster.authority.issue(
                cluster.domain.id(role), now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(25))));
    }

    /// Trusts as `name` does and claims its id, but the CA that signed its leaf is another one with the same name.
    public TlsIdentity foreignAuthority(String name, SpiffeId.Role role) {
        var cluster = cluster(name);
        return cluster.showing(signedBy(ClusterAuthority.create(cluster.domain, clock), cluster.domain.id(role)));
    }

    /// Trusts as `signer` does, and its CA has signed an id of `claimed`: what somebody who stole `signer` could
    /// try.
    public TlsIdentity speakingFor(String claimed, String signer, SpiffeId.Role role) {
        return cluster(signer)
                .showing(signedBy(cluster(signer).authority, domain(claimed).id(role)));
    }

    /// Trusts as `name` does, and its leaf carries these URI SANs instead of its one.
    public TlsIdentity named(String name, String... uris) {
        var cluster = cluster(name);
        var now = clock.instant();
        return cluster.showing(cluster.authority.issue(
                cluster.domain.id(SpiffeId.Role.GATEWAY),
                Stream.of(uris).map(URI::create).toList(),
                now.minus(ClusterAuthority.CLOCK_SKEW),
                now.plus(ClusterAuthority.LEAF_VALIDITY)));
    }

    /// Trusts as `name` does and shows `leaf`, whoever made it.
    TlsIdentity showing(String name, Leaf leaf) {
        return cluster(name).showing(leaf);
    }

    /// `identity` for code that takes a plain [SSLContext] of the JDK.
    public static SSLContext sslContext(TlsIdentity identity) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {identity.keyManager()}, new TrustManager[] {identity.trustManager()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private Leaf signedBy(ClusterAuthority authority, SpiffeId id) {
        var now = clock.instant();
        return authority.issue(id, now.minus(ClusterAuthority.CLOCK_SKEW), now.plus(ClusterAuthority.LEAF_VALIDITY));
    }

    /// One of them. Its programs share one [TrustBundles], as they believe the same.
    public static final class TestCluster {
        private final TrustDomain domain;
        private final InstantSource clock;
        private final ClusterAuthority authority;
        private final TrustBundles bundles;

        private TestCluster(TrustDomain domain, InstantSource clock) {
            this.domain = domain;
            this.clock = clock;
            authority = ClusterAuthority.create(domain, clock);
            bundles = new TrustBundles(domain);
            bundles.replaceOwn(authority.bundle());
        }

        public TrustDomain domain() {
            return domain;
        }

        public ClusterAuthority authority() {
            return authority;
        }

        public CaBundle bundle() {
            return authority.bundle();
        }

        /// Live: replace its peers to link and unlink.
        public TrustBundles bundles() {
            return bundles;
        }

        /// A new identity at each call.
        public TlsIdentity identity(SpiffeId.Role role) {
            try {
                return TlsIdentities.issuedBy(authority, role, clock, bundles);
            } catch (CertificateExpiredException e) {
                throw new IllegalStateException("the test's clock has outlived its CA", e);
            }
        }

        /// Writes `ca.crt` and `ca.key`, for programs that start from a directory.
        public void saveTo(Path directory) throws IOException {
            authority.save(directory, ClusterAuthority.Existing.REFUSE);
        }

        private TlsIdentity showing(Leaf leaf) {
            return new FixedIdentity(leaf, new PeerTrust(bundles, clock));
        }
    }

    /// Shows one leaf for ever, whatever is wrong with it.
    private record FixedIdentity(Leaf leaf, X509ExtendedTrustManager trustManager) implements TlsIdentity {
        @Override
        public SpiffeId id() {
            return leaf.id();
        }

        @Override
        public X509ExtendedKeyManager keyManager() {
            return new LeafKeys(leaf);
        }

        @Override
        public Renewal renewIfDue() {
            return new Renewal.NotDue();
        }

        @Override
        public void onRenewal(Runnable watcher) {}
    }
}
