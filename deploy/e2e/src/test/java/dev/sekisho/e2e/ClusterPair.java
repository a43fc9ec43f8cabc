package dev.sekisho.e2e;

import dev.sekisho.cli.LinkedClusters;
import dev.sekisho.cli.demo.DemoAddresses;
import dev.sekisho.cli.demo.DemoCaller;
import dev.sekisho.cli.demo.DemoCluster;
import dev.sekisho.cli.demo.DemoFiles;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// tokyo and osaka of the demo, each a control plane and a gateway in processes of their own, linked and not started
/// yet.
final class ClusterPair implements AutoCloseable {
    static final String DB = "db.shop.svc.clusterset.local";

    private final DemoAddresses.Pair addresses;
    private final DemoAddresses tokyoAddresses;
    private final DemoAddresses osakaAddresses;
    private final Path folder;
    private final String[] javaOptions;
    private final Vertx vertx = Vertx.vertx();
    private final Deque<DemoCluster> started = new ArrayDeque<>();

    private ClusterPair(DemoAddresses.Pair addresses, Path folder, String[] javaOptions) {
        this.addresses = addresses;
        this.tokyoAddresses = addresses.tokyo();
        this.osakaAddresses = addresses.osaka();
        this.folder = folder;
        this.javaOptions = javaOptions;
    }

    /// Writes both folders: the demo's namespaces, pods, services, exports and policy.
    static ClusterPair in(Path folder, String... javaOptions) throws IOException {
        var pair = new ClusterPair(DemoAddresses.freePair(), folder, javaOptions);
        DemoCluster.save(pair.tokyoFolder(), "cluster.yaml", DemoFiles.cluster("tokyo", pair.tokyoAddresses));
        DemoCluster.save(pair.tokyoFolder(), "workloads.yaml", DemoFiles.tokyoWorkloads(pair.tokyoAddresses));
        DemoCluster.save(pair.tokyoFolder(), "policy.yaml", DemoFiles.TOKYO_POLICY);
        DemoCluster.save(pair.osakaFolder(), "cluster.yaml", DemoFiles.cluster("osaka", pair.osakaAddresses));
        DemoCluster.save(pair.osakaFolder(), "workloads.yaml", DemoFiles.osakaWorkloads(pair.osakaAddresses));
        LinkedClusters.link(pair.tokyoFolder(), pair.osakaFolder());
        return pair;
    }

    Path tokyoFolder() {
        return folder.resolve("tokyo");
    }

    Path osakaFolder() {
        return folder.resolve("osaka");
    }

    /// Where the pod `shop/db-0` is to listen on port 6379.
    InetAddress dbAddress() {
        return InetAddress.ofLiteral(tokyoAddresses.pod(1));
    }

    DemoCluster startTokyo() throws InterruptedException {
        return start("tokyo", tokyoAddresses, tokyoFolder());
    }

    DemoCluster startOsaka() throws InterruptedException {
        return start("osaka", osakaAddresses, osakaFolder());
    }

    private DemoCluster start(String name, DemoAddresses addresses, Path directory) throws InterruptedException {
        var cluster = DemoCluster.start(name, addresses, directory, javaOptions);
        started.push(cluster);
        cluster.awaitReady();
        return cluster;
    }

    /// The pod `shop/frontend-0` of osaka, whom tokyo's policy allows.
    DemoCaller frontend() {
        return DemoCaller.of(vertx, "frontend-0", InetAddress.ofLiteral(osakaAddresses.pod(1)), osakaAddresses.dns());
    }

    /// The pod `shop/batch-0` of osaka, whom it does not.
    DemoCaller batch() {
        return DemoCaller.of(vertx, "batch-0", InetAddress.ofLiteral(osakaAddresses.pod(2)), osakaAddresses.dns());
    }

    /// Everything the programs have printed.
    String logs() throws IOException {
        var text = new StringBuilder();
        for (var cluster : started) {
            text.append(Files.readString(cluster.controlPlane().log()));
            text.append(Files.readString(cluster.gateway().log()));
        }
        return text.toString();
    }

    @Override
    public void close() {
        started.forEach(DemoCluster::close);
        addresses.close();
        vertx.close().await();
    }
}
