package dev.sekisho.cli.cluster;

import static java.util.Comparator.comparing;

import dev.sekisho.cli.UserError;
import dev.sekisho.names.HostPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Our programs on Kubernetes. Their admin ports listen on the pods' loopback only, so they are reached by the API
/// server's port-forward: whoever may do that is an administrator already.
public final class ProgramPods {
    private static final int DEFAULT_ADMIN_PORT = 9090;

    private final KubernetesCluster cluster;

    public ProgramPods(KubernetesCluster cluster) {
        this.cluster = cluster;
    }

    /// @param leads of the control plane's replicas, the one that writes and talks to peers
    public record ProgramPod(String name, boolean ready, boolean leads) {}

    /// The leader first, those that are ready before the others.
    public List<ProgramPod> controlPlanes() {
        var leader = leader().orElse("");
        return pods(InstalledNames.CONTROL_PLANE, leader);
    }

    public List<ProgramPod> gateways() {
        return pods(InstalledNames.GATEWAY, "");
    }

    /// The pod that holds the Lease, whether or not it still lives.
    public Optional<String> leader() {
        return cluster.ask(client -> Optional.ofNullable(client.leases()
                        .inNamespace(cluster.namespace())
                        .withName(InstalledNames.CONTROL_PLANE)
                        .get()))
                .map(lease -> lease.getSpec().getHolderIdentity())
                .filter(holder -> !holder.isEmpty());
    }

    /// The replica that knows most: the leader, else one that is ready.
    ///
    /// @throws UserError saying what to look at when none is ready
    public ProgramPod bestControlPlane() {
        return controlPlanes().stream()
                .filter(ProgramPod::ready)
                .findFirst()
                .orElseThrow(
                        () -> new UserError("no control plane is ready in namespace " + cluster.namespace() + " of "
                                + cluster + "; see: " + cluster.kubectlHere("get pods")
                                + "   (another namespace? --namespace chooses)"));
    }

    /// @param pathAndQuery such as `/status`
    /// @throws UserError when the page cannot be had
    public JsonNode ask(ProgramPod pod, String pathAndQuery) {
        var where = "the admin port of pod " + pod.name();
        try (var forward = forward(pod.name(), adminPort())) {
            try {
                return AdminPage.get(new HostPort("localhost", forward.getLocalPort()), pathAndQuery, where);
            } catch (IOException e) {
                throw new UserError(where + " cannot be reached: " + why(forward, e), e);
            }
        } catch (IOException e) {
            throw new UserError(where + " cannot be reached: " + e.getMessage(), e);
        }
    }

    private LocalPortForward forward(String pod, int port) {
        // Without an address the client would listen on all of this machine's.
        return cluster.ask(client -> client.pods()
                .inNamespace(cluster.namespace())
                .withName(pod)
                .portForward(port, InetAddress.getLoopbackAddress(), 0));
    }

    private static String why(LocalPortForward forward, IOException failure) {
        return Stream.concat(forward.getServerThrowables().stream(), forward.getClientThrowables().stream())
                .findFirst()
                .map(ProgramPods::inWords)
                .orElse(String.valueOf(failure.getMessage()));
    }

    private static String inWords(Throwable cause) {
        return cause instanceof WebSocketHandshakeException refused
                ? "the API server answers " + refused.getResponse().code()
                        + " to a port-forward; you need the verbs get and create on pods/portforward"
                : String.valueOf(cause.getMessage());
    }

    private List<ProgramPod> pods(String component, String leader) {
        var part = component.substring(InstalledNames.NAME.length() + 1);
        return cluster
                .ask(client -> client.pods()
                        .inNamespace(cluster.namespace())
                        .withLabel(InstalledNames.NAME_LABEL, InstalledNames.NAME)
                        .withLabel(InstalledNames.COMPONENT_LABEL, part)
                        .list()
                        .getItems())
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .map(pod -> new ProgramPod(
                        pod.getMetadata().getName(),
                        isReady(pod),
                        isHolder(leader, pod.getMetadata().getName())))
                .sorted(comparing(ProgramPod::leads)
                        .thenComparing(ProgramPod::ready)
                        .reversed()
                        .thenComparing(ProgramPod::name))
                .toList();
    }

    // A Lease's holder may carry a suffix that tells two lives of one pod apart.
    private static boolean isHolder(String leader, String pod) {
        return leader.equals(pod) || leader.startsWith(pod + "_");
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    // Whoever changed listen.admin in the settings need not tell us.
    private int adminPort() {
        try {
            return Optional.ofNullable(cluster.client()
                            .configMaps()
                            .inNamespace(cluster.namespace())
                            .withName(InstalledNames.SETTINGS)
                            .get())
                    .map(settings ->
                            Objects.requireNonNullElse(settings.getData().get("settings.yaml"), ""))
                    .map(ProgramPods::adminPort)
                    .orElse(DEFAULT_ADMIN_PORT);
        } catch (KubernetesClientException | JacksonException | IllegalArgumentException _) {
            return DEFAULT_ADMIN_PORT;
        }
    }

    private static int adminPort(String settings) {
        var admin = YAMLMapper.shared()
                .readTree(settings)
                .path("listen")
                .path("admin")
                .asString("");
        return admin.isEmpty() ? DEFAULT_ADMIN_PORT : HostPort.parse(admin).port();
    }
}
