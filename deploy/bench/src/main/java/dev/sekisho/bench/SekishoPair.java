package dev.sekisho.bench;

import dev.sekisho.cli.LinkedClusters;
import dev.sekisho.cli.demo.DemoAddresses;
import dev.sekisho.cli.demo.DemoCaller;
import dev.sekisho.cli.demo.DemoCluster;
import dev.sekisho.cli.demo.DemoFiles;
import dev.sekisho.names.HostPort;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Two standalone clusters; the load's servers are a pod of tokyo, its clients a pod of osaka. Only the gateways count.
final class SekishoPair implements Contender {
    static final int BULK_PORT = 7001;
    static final int ECHO_PORT = 7002;
    /// What the kernel picks on loopback: binding an address costs the client a search for a free port per connection.
    private static final String CLIENT = "127.0.0.1";
    private static final String NAME = "load.bench.svc.clusterset.local";

    private final DemoAddresses.Pair addresses;
    private final DemoCluster tokyo;
    private final DemoCluster osaka;
    private final InetAddress service;

    private SekishoPair(DemoAddresses.Pair addresses, DemoCluster tokyo, DemoCluster osaka, InetAddress service) {
        this.addresses = addresses;
        this.tokyo = tokyo;
        this.osaka = osaka;
        this.service = service;
    }

    /// @param server where the load's servers listen
    static SekishoPair start(Path folder, InetAddress server) throws Exception {
        var addresses = DemoAddresses.freePair();
        var tokyoFolder = folder.resolve("tokyo");
        var osakaFolder = folder.resolve("osaka");
        DemoCluster.save(tokyoFolder, "cluster.yaml", DemoFiles.cluster("tokyo", addresses.tokyo()));
        DemoCluster.save(tokyoFolder, "load.yaml", load(server));
        DemoCluster.save(osakaFolder, "cluster.yaml", DemoFiles.cluster("osaka", addresses.osaka()));
        DemoCluster.save(osakaFolder, "callers.yaml", callers(CLIENT));
        LinkedClusters.link(tokyoFolder, osakaFolder);
        var tokyo = DemoCluster.start("tokyo", addresses.tokyo(), tokyoFolder);
        var osaka = DemoCluster.start("osaka", addresses.osaka(), osakaFolder);
        try {
            tokyo.awaitReady();
            osaka.awaitReady();
            return new SekishoPair(
                    addresses,
                    tokyo,
                    osaka,
                    resolve(InetAddress.ofLiteral(CLIENT), addresses.osaka().dns()));
        } catch (Exception e) {
            osaka.close();
            tokyo.close();
            addresses.close();
            throw e;
        }
    }

    private static InetAddress resolve(InetAddress local, HostPort dns) throws IOException, InterruptedException {
        var vertx = Vertx.vertx();
        try {
            return resolve(DemoCaller.of(vertx, "client-0", local, dns));
        } finally {
            vertx.close();
        }
    }

    private static InetAddress resolve(DemoCaller caller) throws IOException, InterruptedException {
        for (var attempt = 0; attempt < 300; attempt++) {
            var address = caller.resolve(NAME);
            if (address.isPresent()) {
                return address.get();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IOException(NAME + " does not resolve in osaka");
    }

    private static String load(InetAddress server) {
        return """
            apiVersion: v1
            kind: Pod
            metadata:
              name: load-0
              namespace: bench
              labels: {role: load}
            spec:
              containers: [{name: load}]
            status:
              podIP: %s
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: load, namespace: bench}
            spec:
              selector: {role: load}
              ports: [{name: bulk, port: %d}, {name: echo, port: %d}]
            ---
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceExport
            metadata: {name: load, namespace: bench}
            """.formatted(server.getHostAddress(), BULK_PORT, ECHO_PORT);
    }

    private static String callers(String address) {
        return """
            apiVersion: v1
            kind: Pod
            metadata:
              name: client-0
              namespace: bench
              labels: {role: client}
            spec:
              containers: [{name: client}]
            status:
              podIP: %s
            """.formatted(address);
    }

    @Override
    public String name() {
        return "sekisho";
    }

    @Override
    public InetSocketAddress bulk() {
        return new InetSocketAddress(service, BULK_PORT);
    }

    @Override
    public InetSocketAddress echo() {
        return new InetSocketAddress(service, ECHO_PORT);
    }

    @Override
    public List<Long> pids() {
        return List.of(
                tokyo.gateway().process().pid(), osaka.gateway().process().pid());
    }

    @Override
    public void close() {
        osaka.close();
        tokyo.close();
        addresses.close();
    }
}
