package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.kubernetes.Installation;
import dev.sekisho.identity.AuthoritySource;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Map;

/// The ConfigMap `<name>-cluster`: who this cluster is and by which CAs it is believed (`cluster`, `clusterSet`,
/// `ca.crt`). What other clusters are told when they are linked with this one; nothing of it is secret. Blocks.
public final class ClusterNotice implements LeaderDuty {
    private static final String SUFFIX = "cluster";

    private final HomeObjects home;
    private final AuthoritySource authority;

    public ClusterNotice(KubernetesClient client, Installation installation, AuthoritySource authority) {
        this.home = new HomeObjects(client, installation);
        this.authority = authority;
    }

    @Override
    public String name() {
        return "ConfigMap " + home.installation().object(SUFFIX);
    }

    @Override
    public void fulfil() throws IOException {
        var bundle = authority.current().bundle();
        var notice = new ConfigMapBuilder()
                .withMetadata(home.metadata(SUFFIX, Map.of()))
                .withData(Map.of(
                        "cluster", bundle.domain().cluster().value(),
                        "clusterSet", bundle.domain().clusterSet().value(),
                        "ca.crt", bundle.pem()))
                .build();
        home.apply(notice);
    }
}
