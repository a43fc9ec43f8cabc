package dev.sekisho.cli.cluster;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import dev.sekisho.cli.UserError;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import dev.sekisho.names.HostPort;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A Kubernetes cluster of the clusterset: what its leader publishes of it, and its Peer objects.
public final class KubernetesMember implements Member {
    private static final String FIELD_MANAGER = "sekisho-cli";

    private final KubernetesCluster cluster;
    private final Supplier<CaBundle> published;

    /// Reads what is published on the first question about it only.
    public KubernetesMember(KubernetesCluster cluster) {
        this.cluster = cluster;
        this.published = Suppliers.memoize(this::read);
    }

    private CaBundle read() {
        var card = cluster.ask(client -> Optional.ofNullable(client.configMaps()
                        .inNamespace(cluster.namespace())
                        .withName(InstalledNames.CLUSTER_CARD)
                        .get()))
                .orElseThrow(() -> new UserError(cluster + " has no ConfigMap " + cluster.namespace() + "/"
                        + InstalledNames.CLUSTER_CARD + ": the control plane there is not installed or has not started"
                        + " (another namespace? --namespace chooses). See: " + cluster.kubectlHere("get pods")));
        try {
            var domain = new TrustDomain(
                    new ClusterName(field(card, "cluster")), new ClusterSetName(field(card, "clusterSet")));
            return CaBundle.parse(domain, field(card, "ca.crt"));
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "ConfigMap " + cluster.namespace() + "/" + InstalledNames.CLUSTER_CARD + " of " + cluster + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static String field(ConfigMap card, String name) {
        var data = Objects.requireNonNullElse(card.getData(), Map.<String, String>of());
        return Optional.ofNullable(data.get(name))
                .orElseThrow(() -> new IllegalArgumentException("data['" + name + "'] is missing"));
    }

    /// @throws UserError when we are not installed there, have not started yet, or what is published is not right
    @Override
    public TrustDomain domain() {
        return published.get().domain();
    }

    /// @throws UserError as [#domain] does
    @Override
    public CaBundle bundle() {
        return published.get();
    }

    @Override
    public PublicAddress publicAddress() {
        var service = cluster.ask(client -> Optional.ofNullable(client.services()
                .inNamespace(cluster.namespace())
                .withName(InstalledNames.GATEWAY)
                .get()));
        return PublicAddress.of(
                service, () -> cluster.ask(client -> client.nodes().list().getItems()));
    }

    @Override
    public Optional<String> existingPeer(ClusterName name) {
        return cluster.ask(client -> Optional.ofNullable(
                        client.resources(Peer.class).withName(name.value()).get()))
                .map(_ -> where(name));
    }

    @Override
    public String putPeer(ClusterName name, Optional<HostPort> endpoint, CaBundle bundle) {
        var peer = new Peer();
        peer.setMetadata(new ObjectMetaBuilder().withName(name.value()).build());
        peer.setSpec(new Peer.Spec(endpoint.map(HostPort::toString), bundle.pem()));
        cluster.ask(client -> client.resource(peer)
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply());
        return where(name);
    }

    @Override
    public String removePeer(ClusterName name) {
        var removed = cluster.ask(
                client -> client.resources(Peer.class).withName(name.value()).delete());
        if (removed.isEmpty()) {
            throw new UserError("there is no " + where(name));
        }
        return where(name);
    }

    private String where(ClusterName name) {
        return "Peer " + name + " in " + cluster;
    }
}
