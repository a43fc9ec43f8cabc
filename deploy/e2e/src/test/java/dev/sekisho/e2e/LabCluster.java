package dev.sekisho.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A real Kubernetes cluster of `deploy/e2e/lab`, under a name that no other test run on this machine has.
public final class LabCluster {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /// For what is got once: Debian packages, archives that are unpacked, images.
    private static final Duration ONCE = Duration.ofMinutes(30);
    /// A machine that does much else at once may take so long to shake hands.
    private static final int PATIENCE_MILLIS = 30_000;

    private final Path root;
    private final Path lab;
    private final String name = "test-" + ProcessHandle.current().pid();
    private boolean begun;

    /// @param root of the checkout
    public LabCluster(Path root) {
        this.root = root;
        lab = root.resolve("deploy/e2e/lab/lab");
    }

    /// Why a cluster cannot be had, or would first have to be built for minutes; empty where it can. What is missing of
    /// the programs' archives, packages and images is got by the first cluster that needs it.
    static Optional<String> obstacle() {
        if (!isRoot()) {
            return Optional.of("it needs root");
        }
        if (!hasArchives() && !Files.exists(home().resolve("bin/kubectl"))) {
            return Optional.of("there are no Kubernetes programs; 'deploy/e2e/lab/lab build' builds them, or name in"
                    + " LAB_ARCHIVES a folder with their archives");
        }
        return Files.exists(Path.of("/usr/bin/etcd")) || Needs.isInstalled("apt-get")
                ? Optional.empty()
                : Optional.of("there is no etcd, and no apt-get to install it by");
    }

    /// Why clusters cannot enforce policy, or what does so would first have to be built for minutes.
    static Optional<String> obstacleToNetworkPlugin() {
        var isThere = hasOne(home().resolve("bin"), "kube-router-[0-9.]+")
                || variable("LAB_ARCHIVES")
                        .filter(folder -> hasOne(Path.of(folder), "kube-router-[0-9.]+\\.zst"))
                        .isPresent();
        return isThere
                ? Optional.empty()
                : Optional.of(
                        "there is no kube-router; 'LAB_POLICIES=kube-router deploy/e2e/lab/lab build' builds it, or"
                                + " put its archive into LAB_ARCHIVES");
    }

    private static boolean hasOne(Path folder, String pattern) {
        var names = folder.toFile().list((_, name) -> name.matches(pattern));
        return names != null && names.length > 0;
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException("who runs the test cannot be told", e);
        }
    }

    private static boolean hasArchives() {
        return variable("LAB_ARCHIVES").map(Path::of).filter(Files::isDirectory).isPresent();
    }

    static Path home() {
        return variable("LAB_HOME")
                .map(Path::of)
                .orElseGet(() -> variable("XDG_CACHE_HOME")
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                        .resolve("sekisho-lab"));
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }

    /// etcd and the API server: what is needed where no pod runs.
    public void upWithoutNode() throws Exception {
        Ended.shown(ONCE, List.of(lab.toString(), "build")).succeeds();
        begun = true;
        lab("", "up", "--api-server", name).succeeds();
    }

    /// Does nothing when the cluster was never to come up.
    public void down() throws Exception {
        if (begun) {
            lab("", "down", name).succeeds();
        }
    }

    /// For clients on this machine, outside of the cluster.
    String kubeconfig() throws Exception {
        var printed = lab("", "kubeconfig", name);
        printed.succeeds();
        return printed.output();
    }

    /// A client as cluster-admin; the caller closes it.
    public KubernetesClient client(Vertx vertx) throws Exception {
        return client(vertx, config());
    }

    public KubernetesClient client(Vertx vertx, Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new Vertx5HttpClientFactory(vertx))
                .build();
    }

    /// How to call the API server as cluster-admin.
    public Config config() throws Exception {
        var config = Config.fromKubeconfig(kubeconfig());
        config.setClientKeyAlgo("EC");
        config.setConnectionTimeout(PATIENCE_MILLIS);
        config.setRequestTimeout(PATIENCE_MILLIS);
        return config;
    }

    /// How to call it as a service account of the namespace `default`, made here, that may do nothing else.
    ///
    /// @param rules of its ClusterRole, without the brackets around them
    public Config configOf(String account, String rules) throws Exception {
        kubectl("create", "serviceaccount", account).succeeds();
        kubectl(
                        "create",
                        "clusterrolebinding",
                        account,
                        "--clusterrole=" + account,
                        "--serviceaccount=default:" + account)
                .succeeds();
        allow(account, rules);
        var token = kubectl("create", "token", account);
        token.succeeds();
        var config = config();
        config.setClientCertData(null);
        config.setClientKeyData(null);
        config.setOauthToken(token.output().strip());
        return config;
    }

    /// Replaces what the service account may do, and waits until the API server goes by it.
    public void allow(String account, String rules) throws Exception {
        kubectlReading(
                        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: " + account
                                + "}, rules: [" + rules + "]}",
                        "apply",
                        "-f",
                        "-")
                .succeeds();
    }

    /// Lets etcd forget what every object was before now.
    void compact() throws Exception {
        var list = kubectl("get", "--raw", "/api/v1/namespaces");
        list.succeeds();
        var now = list.output().replaceFirst("(?s).*?\"resourceVersion\":\"(\\d+)\".*", "$1");
        var compaction = "{\"revision\": " + now + ", \"physical\": true}";
        lab("", "enter", name, "curl", "-sSf", "-d", compaction, "http://127.0.0.1:2379/v3/kv/compaction")
                .succeeds();
    }

    /// What is in `deploy/crds`, ready to be used.
    public void applyDefinitions() throws Exception {
        for (var folder : List.of("deploy/crds", "deploy/crds/optional")) {
            kubectl("apply", "-f", root.resolve(folder).toString()).succeeds();
        }
        kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
                .succeeds();
    }

    /// Ends one of the cluster's programs by force, starts it again, and waits until the API server takes requests.
    void restart(String program) throws Exception {
        lab("", "restart", name, program).succeeds();
        Await.holds(
                LIMIT,
                "the API server is ready",
                () -> kubectl("get", "--raw", "/readyz").succeeds());
    }

    public Ended kubectl(String... arguments) throws Exception {
        return kubectlReading("", arguments);
    }

    /// @param input what kubectl reads as its standard input
    Ended kubectlReading(String input, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("kubectl", name));
        all.addAll(List.of(arguments));
        return lab(input, all.toArray(String[]::new));
    }

    private Ended lab(String input, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(lab.toString()));
        command.addAll(List.of(arguments));
        return Ended.of(LIMIT, Map.of(), input, command);
    }
}
