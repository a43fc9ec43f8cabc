package dev.sekisho.cli.cluster;

import dev.sekisho.cli.UserError;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// A standalone cluster of the clusterset: its folder.
public final class FolderMember implements Member {
    private final StandaloneSettings settings;

    public FolderMember(StandaloneSettings settings) {
        this.settings = settings;
    }

    @Override
    public TrustDomain domain() {
        return new TrustDomain(settings.cluster(), settings.clusterSet());
    }

    /// @throws UserError when the folder has no CA, or one that is not this cluster's
    @Override
    public CaBundle bundle() {
        return bundle(domain(), new FolderIdentity(settings).authorities(), "");
    }

    /// @param option the option that named `file`, with a space behind it, or nothing
    public static CaBundle bundle(TrustDomain domain, Path file, String option) {
        try {
            return CaBundle.parse(domain, Files.readString(file));
        } catch (IOException e) {
            throw new UserError(option + Reasons.of(file, e), e);
        } catch (IllegalArgumentException e) {
            throw new UserError(option + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public PublicAddress publicAddress() {
        var endpoint = settings.publicEndpoint();
        return isAnyAddress(endpoint.host())
                ? new PublicAddress.None("publicEndpoint in cluster.yaml does not say what peers dial")
                : new PublicAddress.Dialable(endpoint, "publicEndpoint in cluster.yaml");
    }

    private static boolean isAnyAddress(String host) {
        try {
            return host.matches("[0-9.]+|.*:.*") && InetAddress.getByName(host).isAnyLocalAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    @Override
    public Optional<String> existingPeer(ClusterName name) {
        return Optional.of(file(name)).filter(Files::exists).map(Path::toString);
    }

    @Override
    public String putPeer(ClusterName name, Optional<HostPort> endpoint, CaBundle bundle) {
        write(file(name), yaml(name, endpoint, bundle));
        return file(name).toString();
    }

    @Override
    public String removePeer(ClusterName name) {
        try {
            if (!Files.deleteIfExists(file(name))) {
                throw new UserError("there is no " + file(name)
                        + "; if the Peer stands in another file of the folder, take it out there");
            }
            return file(name).toString();
        } catch (IOException e) {
            throw new UserError("cannot remove the Peer: " + Reasons.of(file(name), e), e);
        }
    }

    private Path file(ClusterName peer) {
        return settings.directory().resolve("peer-" + peer + ".yaml");
    }

    // Whole or not at all: the programs may read it at any moment.
    private static void write(Path file, String content) {
        var draft = file.resolveSibling("." + file.getFileName() + ".draft");
        try {
            Files.writeString(draft, content);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UserError("cannot write the Peer: " + Reasons.of(file, e), e);
        }
    }

    private static String yaml(ClusterName peer, Optional<HostPort> endpoint, CaBundle bundle) {
        return """
            apiVersion: sekisho.dev/v1alpha1
            kind: Peer
            metadata:
              name: %s
            spec:
            %s  caBundle: |
            %s\
            """.formatted(
                        peer,
                        endpoint.map(where -> "  endpoint: \"" + where + "\"\n").orElse(""),
                        bundle.pem().strip().indent(4));
    }
}
