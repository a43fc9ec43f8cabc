package dev.sekisho.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Two real Kubernetes clusters with Sekisho in them and a host without Kubernetes, linked, as `deploy/e2e/clusterset
/// up` makes them. All test classes of a run have the same one, under names that no other run on this machine has.
/// What is done to it is what a user can do: kubectl, and programs inside of pods.
public final class Clusterset implements AutoCloseable {
    /// The first one on a machine also gets Debian packages, images for the pods, and makes that of Sekisho.
    private static final Duration UP = Duration.ofMinutes(40);
    private static final Duration COMMAND = Duration.ofMinutes(4);
    private static final Path ROOT = SekishoScript.root();
    private static final Path SCRIPT = ROOT.resolve("deploy/e2e/clusterset");
    private static final JsonMapper JSON = new JsonMapper();

    /// `-Dclusterset=PREFIX` names one that is up already, which then stays.
    private static final Optional<String> RUNNING =
            Optional.ofNullable(System.getProperty("clusterset")).filter(prefix -> !prefix.isEmpty());

    private final String prefix =
            RUNNING.orElseGet(() -> "t" + ProcessHandle.current().pid() % 1_000_000);
    private String kubeconfig = "";

    /// Gives it to test methods that have it as a parameter; it is started for the first and ended after the last.
    public static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType().equals(Clusterset.class);
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(Shared.class))
                    .getOrComputeIfAbsent(Clusterset.class, _ -> new Clusterset().up(), Clusterset.class);
        }
    }

    private Clusterset up() {
        if (RUNNING.isEmpty()) {
            start();
        }
        kubeconfig = script("kubeconfig").output().strip();
        return this;
    }

    private void start() {
        Ended.shown(UP, List.of(SCRIPT.toString(), "up", "--standalone", "--prefix", prefix))
                .succeeds();
    }

    private Ended script(String command) {
        return Ended.of(COMMAND, Map.of(), "", List.of(SCRIPT.toString(), command, "--prefix", prefix))
                .succeeds();
    }

    @Override
    public void close() {
        if (RUNNING.isEmpty()) {
            script("down");
        }
    }

    /// The clusterset's own name.
    public String name() {
        return prefix;
    }

    /// The name of a cluster, which is also its context.
    public String tokyo() {
        return prefix + "-tokyo";
    }

    public String osaka() {
        return prefix + "-osaka";
    }

    /// The host without Kubernetes.
    public String kyoto() {
        return prefix + "-kyoto";
    }

    public List<String> kubernetes() {
        return List.of(tokyo(), osaka());
    }

    public Path folderOfKyoto() {
        return Path.of(kubeconfig).resolveSibling(kyoto());
    }

    public Ended kubectl(String cluster, String... arguments) {
        return kubectlReading(cluster, "", arguments);
    }

    /// @param input what kubectl reads as its standard input
    public Ended kubectlReading(String cluster, String input, String... arguments) {
        var command = new ArrayList<>(List.of(program("kubectl"), "--kubeconfig", kubeconfig, "--context", cluster));
        command.addAll(List.of(arguments));
        return Ended.of(COMMAND, Map.of(), input, command);
    }

    /// @param arguments of `helm`, against that cluster
    public Ended helm(String cluster, String... arguments) {
        var command = new ArrayList<>(List.of(program("helm"), "--kubeconfig", kubeconfig, "--kube-context", cluster));
        command.addAll(List.of(arguments));
        return Ended.of(COMMAND, Map.of(), "", command);
    }

    private static String program(String name) {
        return LabCluster.home().resolve("bin").resolve(name).toString();
    }

    public void apply(String cluster, String yaml) {
        kubectlReading(cluster, yaml, "apply", "-f", "-").succeeds();
    }

    public void delete(String cluster, String namespace, String kind, String name) {
        kubectl(cluster, "-n", namespace, "delete", kind, name, "--wait=false").succeeds();
    }

    /// An object, or all of a kind, as the API server has it.
    ///
    /// @param what the kind, and a name or `-l` and labels
    public JsonNode get(String cluster, String namespace, String... what) {
        var arguments = new ArrayList<>(List.of("-n", namespace, "get", "-o", "json"));
        arguments.addAll(List.of(what));
        return JSON.readTree(
                kubectl(cluster, arguments.toArray(String[]::new)).succeeds().output());
    }

    public boolean exists(String cluster, String namespace, String kind, String name) {
        return !kubectl(cluster, "-n", namespace, "get", kind, name, "--ignore-not-found", "-o", "name")
                .succeeds()
                .output()
                .isBlank();
    }

    /// Runs a command in a pod, to its end, which need not be a success.
    public Ended in(String cluster, String namespace, String pod, String... command) {
        var arguments = new ArrayList<>(List.of("-n", namespace, "exec", pod, "--"));
        arguments.addAll(List.of(command));
        return kubectl(cluster, arguments.toArray(String[]::new));
    }

    /// Starts a command in a pod; what it prints comes on the process's input stream.
    public Process startIn(String cluster, String namespace, String pod, String... command) throws IOException {
        var all = new ArrayList<>(List.of(
                program("kubectl"),
                "--kubeconfig",
                kubeconfig,
                "--context",
                cluster,
                "-n",
                namespace,
                "exec",
                pod,
                "--"));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).redirectErrorStream(true).start();
    }

    /// A client as cluster-admin; the caller closes it.
    public KubernetesClient client(String cluster) {
        var config = Config.fromKubeconfig(cluster, Path.of(kubeconfig).toFile());
        config.setClientKeyAlgo("EC");
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /// What a user's shell has, in the checkout's folder: the kubeconfig, and the programs of the clusters first.
    public Map<String, String> environment() {
        return Map.of(
                "KUBECONFIG",
                kubeconfig,
                "PATH",
                LabCluster.home().resolve("bin") + File.pathSeparator + System.getenv("PATH"));
    }

    /// `deploy/sekisho`, with this clusterset's kubeconfig.
    public Ended sekisho(String... arguments) {
        var command = new ArrayList<>(List.of(ROOT.resolve("deploy/sekisho").toString()));
        command.addAll(List.of(arguments));
        return Ended.of(COMMAND, environment(), "", command);
    }

    /// `deploy/e2e/lab/lab`.
    public Ended lab(String... arguments) {
        var command = new ArrayList<>(List.of(ROOT.resolve("deploy/e2e/lab/lab").toString()));
        command.addAll(List.of(arguments));
        return Ended.of(COMMAND, Map.of(), "", command);
    }

    /// From now on the nodes enforce NetworkPolicy, which they do not by themselves.
    public void enforcePolicies() {
        Ended.of(
                        UP,
                        Map.of("LAB_POLICIES", "kube-router"),
                        "",
                        List.of(ROOT.resolve("deploy/e2e/lab/lab").toString(), "build"))
                .succeeds();
        kubernetes().forEach(cluster -> lab("restart", cluster, "kube-router").succeeds());
    }

    /// Waits until pods are ready that `kind/name` stands for.
    public void awaitReady(String cluster, String namespace, String what) {
        kubectl(cluster, "-n", namespace, "rollout", "status", what, "--timeout=200s")
                .succeeds();
    }
}
