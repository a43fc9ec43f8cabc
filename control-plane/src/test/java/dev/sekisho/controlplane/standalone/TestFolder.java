package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.reconcile.Await;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A real folder with a cluster on it, begun and ended by the test.
final class TestFolder implements AutoCloseable {
    static final String DB_POLICY = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: db, namespace: shop}
        spec:
          podSelector: {matchLabels: {role: db}}
          ingress:
            - from: [{podSelector: {matchLabels: {role: frontend}}}]
              ports: [{protocol: TCP, port: 6379}]
        """;

    final CopyOnWriteArrayList<ClusterView> views = new CopyOnWriteArrayList<>();
    private final Path folder;
    private Optional<StandaloneCluster> cluster = Optional.empty();

    TestFolder(Path folder) {
        this.folder = folder;
        write(ClusterFile.NAME, """
            apiVersion: sekisho.dev/v1alpha1
            kind: Cluster
            metadata: {name: tokyo}
            spec:
              clusterSet: demo
              importAddresses: [127.66.1.0/24]
            """);
    }

    static String namespace(String name, String label) {
        return """
            apiVersion: v1
            kind: Namespace
            metadata: {name: %s, labels: {tier: %s}}
            """.formatted(name, label);
    }

    static String pod(String name, String address, String role) {
        return """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, namespace: shop, labels: {role: %s}}
            spec:
              containers: [{name: main, ports: [{name: data, containerPort: 6379}]}]
            status: {podIP: %s}
            """.formatted(name, role, address);
    }

    static String export(String name) {
        return """
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceExport
            metadata: {name: %s, namespace: shop}
            """.formatted(name);
    }

    void write(String file, String text) {
        try {
            var path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void delete(String file) {
        try {
            Files.delete(folder.resolve(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Path path(String file) {
        return folder.resolve(file);
    }

    StandaloneCluster start() {
        return start(InstantSource.system());
    }

    StandaloneCluster start(InstantSource clock) {
        try {
            var started = new StandaloneCluster(ClusterFile.read(folder), clock);
            cluster = Optional.of(started);
            Await.result(started.start(views::add));
            return started;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Stops what runs and forgets what it has told, as a restart does.
    void stop() {
        cluster.ifPresent(running -> Await.result(running.stop()));
        cluster = Optional.empty();
        views.clear();
    }

    ClusterView latest() {
        assertThat(views).as("views").isNotEmpty();
        return views.getLast();
    }

    /// Waits until the newest view is as `expected` says.
    void awaitView(Consumer<ClusterView> expected) {
        Await.until(() -> expected.accept(latest()));
    }

    /// Waits until `status/problems.yaml` tells of exactly these: `file:line: field: reason`.
    void awaitProblems(String... expected) {
        Await.until(() -> assertThat(problems()).containsExactly(expected));
    }

    private Iterable<String> problems() {
        return YamlText.documents("problems.yaml", read("status/problems.yaml"), problem -> {
                    throw new AssertionError(problem.toString());
                })
                .orElseThrow()
                .getFirst()
                .content()
                .path("items")
                .valueStream()
                .map(item -> new Problem(
                                item.path("file").asString(),
                                item.path("line").asInt(0),
                                item.path("field").asString(""),
                                item.path("reason").asString())
                        .toString())
                .toList();
    }

    @Override
    public void close() {
        stop();
    }
}
