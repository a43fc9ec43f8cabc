package dev.sekisho.bench.scale;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Fills a cluster that has an API server and our chart, runs our two programs on it, and prints what they take.
@Command(
        name = "scale",
        description =
                "Measures a control plane and a gateway on a real API server of a size: start, memory, and how long an"
                        + " endpoint change takes to the gateway's route table.",
        mixinStandardHelpOptions = true)
public final class Scale implements Callable<Integer> {
    private static final String NAMESPACE = "sekisho-system";
    private static final String GATEWAY = "sekisho-gateway-0";
    private static final String ADDRESS = "10.200.0.1";
    private static final int CONTROL_PLANE_PORT = 9090;
    private static final int GATEWAY_PORT = 9091;
    private static final int GATEWAY_HEAP = 307;
    private static final Duration SETTLED = Duration.ofSeconds(5);
    private static final Duration WRITE_WITHIN = Duration.ofMinutes(10);

    @Mixin
    private Size size = new Size();

    @Option(
            names = "--changes",
            paramLabel = "N",
            description = "Endpoints that are changed one after the other (default: ${DEFAULT-VALUE}).")
    private int changes = 200;

    @Option(
            names = "--pause",
            paramLabel = "MILLISECONDS",
            description = "Between two changes (default: ${DEFAULT-VALUE}).")
    private long pauseMillis = 250;

    @Option(
            names = "--heap",
            paramLabel = "MEBIBYTES",
            description = "The control plane's largest heap; the default is what the image takes under the chart's"
                    + " limit of 1 Gi (default: ${DEFAULT-VALUE}).")
    private int heapMebibytes = 410;

    @Option(names = "--keep", description = "Leaves the cluster as it is; the next run measures without filling it.")
    @SuppressWarnings("UnusedVariable") // it is the script that keeps the cluster
    private boolean keep;

    @Option(names = "--filled", hidden = true, description = "The cluster has everything already.")
    private boolean filled;

    @Option(names = "--folder", hidden = true, required = true, description = "Holds the kubeconfigs; takes all else.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path folder;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Scale()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        size.check();
        var objects = new Objects(size);
        var admin = Config.fromKubeconfig(Files.readString(folder.resolve("admin.kubeconfig")));
        admin.setClientKeyAlgo("EC");
        try (var client = new KubernetesClientBuilder().withConfig(admin).build()) {
            if (!filled) {
                new Filling(client, objects).run();
                createGatewayPod(client);
            }
            measure(client, objects);
        }
        return 0;
    }

    private static void createGatewayPod(KubernetesClient client) {
        var pod = client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(GATEWAY)
                        .withLabels(Map.of(
                                "app.kubernetes.io/name", "sekisho",
                                "app.kubernetes.io/instance", "sekisho",
                                "app.kubernetes.io/component", "gateway"))
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName("sekisho-gateway")
                        .addNewContainer()
                        .withName("gateway")
                        .withImage("sekisho")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        pod.setStatus(Objects.running(ADDRESS));
        client.resource(pod).updateStatus();
    }

    private void measure(KubernetesClient client, Objects objects)
            throws IOException, InterruptedException, ExecutionException {
        Files.writeString(folder.resolve("control-plane.yaml"), """
                cluster: scale
                clusterSet: bench
                listen: {feed: 127.0.0.1:7445, sync: 127.0.0.1:7444, admin: 127.0.0.1:9090, health: 127.0.0.1:9080}
                """);
        Files.writeString(folder.resolve("gateway.yaml"), """
                listen: {admin: 127.0.0.1:9091, health: 127.0.0.1:9081}
                controlPlane: {feed: 127.0.0.1:7445, sync: 127.0.0.1:7444}
                identity: {directory: %s}
                stateDirectory: %s
                """.formatted(folder, folder.resolve("state")));
        System.err.println("starting the control plane ...");
        try (var controlPlane = RunningProgram.start(
                "control-plane",
                folder,
                heapMebibytes,
                CONTROL_PLANE_PORT,
                Map.of(
                        "KUBECONFIG",
                        folder.resolve("control-plane.kubeconfig").toString(),
                        "POD_NAME",
                        "sekisho-control-plane-0",
                        "POD_NAMESPACE",
                        NAMESPACE,
                        "POD_IPS",
                        "10.200.0.2"))) {
            print("cluster", size.toString());
            print("start to ready", "%.1f s", seconds(controlPlane.awaitReady()));
            print("  processor time", "%.1f s", seconds(controlPlane.processorTime()));
            awaitGatewayCertificate(client);
            var begun = System.nanoTime();
            awaitImports(client);
            print("  all imports written after", "%.1f s", seconds(Duration.ofNanos(System.nanoTime() - begun)));
            try (var gateway = RunningProgram.start(
                    "gateway",
                    folder,
                    GATEWAY_HEAP,
                    GATEWAY_PORT,
                    Map.of("POD_NAME", GATEWAY, "POD_NAMESPACE", NAMESPACE))) {
                print("gateway, start to ready", "%.1f s", seconds(gateway.awaitReady()));
                Thread.sleep(SETTLED);
                printMemory("control plane", controlPlane);
                printMemory("gateway", gateway);
                measureChanges(
                        new EndpointChanges(client, objects, gateway, Duration.ofMillis(pauseMillis)),
                        controlPlane,
                        gateway);
                printMemory("control plane, afterwards", controlPlane);
                printMemory("gateway, afterwards", gateway);
            }
        }
    }

    private void measureChanges(EndpointChanges endpoints, RunningProgram controlPlane, RunningProgram gateway)
            throws IOException, InterruptedException, ExecutionException {
        System.err.println("warming up with " + changes + " changes ...");
        endpoints.unobserved(changes);
        System.err.println("timing " + changes + " changes ...");
        var updates = differences(controlPlane);
        var times = endpoints.times(changes);
        print("endpoint change to route table, median", "%.1f ms", millis(times.get(times.size() / 2)));
        print("  99 of 100 within", "%.1f ms", millis(times.get(times.size() * 99 / 100)));
        print("  differences sent, for changes", "%.0f, %d", differences(controlPlane) - updates, changes);
        System.err.println("weighing " + changes + " changes ...");
        var ofControlPlane = controlPlane.processorTime();
        var ofGateway = gateway.processorTime();
        endpoints.unobserved(changes);
        print(
                "processor time per change, control plane",
                "%.1f ms",
                millis(controlPlane.processorTime().minus(ofControlPlane)) / changes);
        print("  gateway", "%.1f ms", millis(gateway.processorTime().minus(ofGateway)) / changes);
    }

    private static double differences(RunningProgram controlPlane) throws IOException, InterruptedException {
        return controlPlane.metric("sekisho_feed_updates_total", "difference");
    }

    private void printMemory(String who, RunningProgram program) throws IOException, InterruptedException {
        print(who + ": heap in use", "%d MiB", program.liveHeapMebibytes());
        print("  resident, most so far", "%d MiB, %d MiB", program.mebibytes("VmRSS"), program.mebibytes("VmHWM"));
    }

    private void awaitGatewayCertificate(KubernetesClient client) throws IOException, InterruptedException {
        Secret secret;
        while ((secret = client.secrets()
                        .inNamespace(NAMESPACE)
                        .withName("sekisho-gateway-tls")
                        .get())
                == null) {
            Thread.sleep(Duration.ofMillis(50));
        }
        for (var name : List.of("tls.crt", "tls.key", "ca.crt")) {
            Files.write(
                    folder.resolve(name),
                    Base64.getDecoder().decode(secret.getData().get(name)));
        }
    }

    private void awaitImports(KubernetesClient client) throws InterruptedException, IOException {
        var begun = System.nanoTime();
        while (writtenImports(client) < size.exports()) {
            if (System.nanoTime() - begun > WRITE_WITHIN.toNanos()) {
                throw new IOException("not all imports were written within " + WRITE_WITHIN);
            }
            Thread.sleep(Duration.ofMillis(500));
        }
    }

    private static int writtenImports(KubernetesClient client) {
        return client.genericKubernetesResources("multicluster.x-k8s.io/v1beta1", "ServiceImport")
                .inAnyNamespace()
                .list()
                .getItems()
                .size();
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no library of ours
    private static void print(String what, String format, Object... figures) {
        System.out.printf("%-42s %s%n", what, String.format(Locale.ROOT, format, figures));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
