package dev.sekisho.controlplane.kinds;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;

/// `sekisho.dev/v1alpha1` Peer: another cluster we are linked with, by its cluster name. Its labels
/// are what a clusterSelector sees.
public final class Peers {
    private Peers() {}

    public static List<FieldProblem> problems(Peer peer, Origin origin) {
        var problems = new FieldProblems(origin);
        Metadata.check(problems, peer.getMetadata(), Metadata.NameForm.LABEL);
        Metadata.forbidNamespace(problems, peer.getMetadata());
        endpoint(peer).ifPresent(text -> checkEndpoint(problems, text));
        var bundle = bundle(peer);
        if (bundle.isEmpty()) {
            problems.add("spec.caBundle", "is required");
        }
        bundle.ifPresent(pem -> checkBundle(problems, pem));
        return problems.found();
    }

    /// @param peer without problems
    public static ClusterView.Peer peer(Peer peer) {
        return new ClusterView.Peer(
                new ClusterName(peer.getMetadata().getName()),
                endpoint(peer).map(HostPort::parse),
                bundle(peer).orElseThrow(),
                Metadata.labels(peer.getMetadata()));
    }

    private static Optional<Peer.Spec> spec(Peer peer) {
        return Optional.ofNullable(peer.getSpec());
    }

    /// Empty where an object says less than its schema asks for.
    private static Optional<String> bundle(Peer peer) {
        return spec(peer).map(Peer.Spec::caBundle);
    }

    private static Optional<String> endpoint(Peer peer) {
        return spec(peer).flatMap(Peer.Spec::endpoint);
    }

    private static void checkEndpoint(FieldProblems problems, String text) {
        try {
            problems.port("spec.endpoint", HostPort.parse(text).port());
        } catch (IllegalArgumentException e) {
            problems.add("spec.endpoint", String.valueOf(e.getMessage()));
        }
    }

    // What stands in the bundle is not repeated in the reason: someone may have pasted a private key.
    private static void checkBundle(FieldProblems problems, String pem) {
        problems.require(
                !pem.contains("PRIVATE KEY"),
                "spec.caBundle",
                "holds a private key, which must never leave its cluster");
        try {
            var certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            problems.require(!certificates.isEmpty(), "spec.caBundle", "must hold at least one PEM certificate");
        } catch (CertificateException _) {
            problems.add("spec.caBundle", "must hold PEM certificates only");
        }
    }
}
