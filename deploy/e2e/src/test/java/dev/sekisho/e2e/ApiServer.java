package dev.sekisho.e2e;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real API server without nodes for the tests of one class, which are skipped where it cannot be had.
public final class ApiServer implements BeforeAllCallback, AfterAllCallback {
    private final LabCluster cluster = new LabCluster(Path.of(System.getProperty("sekisho.root")));
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger namespaces = new AtomicInteger();
    private final boolean withDefinitions;
    private Optional<KubernetesClient> client = Optional.empty();

    private ApiServer(boolean withDefinitions) {
        this.withDefinitions = withDefinitions;
    }

    /// As Kubernetes comes.
    public static ApiServer plain() {
        return new ApiServer(false);
    }

    /// With what is in `deploy/crds`.
    public static ApiServer withDefinitions() {
        return new ApiServer(true);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        cluster.upWithoutNode();
        if (withDefinitions) {
            cluster.applyDefinitions();
        }
        client = Optional.of(cluster.client(vertx));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        client.ifPresent(KubernetesClient::close);
        vertx.close().await();
        cluster.down();
    }

    public LabCluster cluster() {
        return cluster;
    }

    public Vertx vertx() {
        return vertx;
    }

    /// As cluster-admin; closed after the last test.
    public KubernetesClient client() {
        return client.orElseThrow();
    }

    /// What Sekisho told of, in every namespace. The API server tells of its own, too, whenever it likes.
    public List<Event> toldBySekisho() {
        return client().events().v1().events().inAnyNamespace().list().getItems().stream()
                .filter(event -> "sekisho.dev/control-plane".equals(event.getReportingController()))
                .toList();
    }

    /// The name of a namespace that was not there before.
    public String newNamespace() {
        var name = "test-" + namespaces.getAndIncrement();
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }
}
