package dev.sekisho.cli.check;

import dev.sekisho.cli.cluster.InstalledNames;
import dev.sekisho.cli.cluster.KubernetesCluster;
import dev.sekisho.cli.cluster.PublicAddress;
import dev.sekisho.controlplane.kinds.Peer;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Our two programs, as the API server sees them: whether they run, who leads, where peers dial them.
final class Programs {
    static final String ADDRESS = "public address";
    private static final String LEADER = "leader";

    private Programs() {}

    /// @param deployment of one of the two programs
    static Finding deployment(KubernetesCluster cluster, Deployment deployment) {
        var name = deployment.getMetadata().getName();
        var labels = deployment.getSpec().getSelector().getMatchLabels();
        var pods = cluster.ask(client -> client.pods()
                .inNamespace(cluster.namespace())
                .withLabels(labels)
                .list()
                .getItems());
        return judge(
                deployment,
                pods,
                cluster.kubectlHere("describe pods -l app.kubernetes.io/component="
                        + labels.getOrDefault(InstalledNames.COMPONENT_LABEL, name)),
                cluster.kubectlHere("logs deployment/" + name + " --all-pods --tail 20"));
    }

    static Finding judge(Deployment deployment, List<Pod> pods, String... look) {
        var check = deployment.getMetadata().getName();
        int wanted = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        int ready = Optional.ofNullable(deployment.getStatus())
                .map(status -> status.getReadyReplicas())
                .orElse(0);
        var says = ready + " of " + wanted + " replicas are ready";
        if (ready >= wanted && wanted > 0) {
            return Finding.ok(check, says);
        }
        var why = pods.stream().flatMap(pod -> trouble(pod).stream()).findFirst();
        var sentence = says + why.map(reason -> "; " + reason).orElse("");
        return ready > 0 ? Finding.warn(check, sentence, look) : Finding.fail(check, sentence, look);
    }

    private static Optional<String> trouble(Pod pod) {
        var status = pod.getStatus();
        if (status == null) {
            return Optional.empty();
        }
        var unscheduled = status.getConditions().stream()
                .filter(condition ->
                        "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus()))
                .map(condition -> condition.getMessage());
        var waiting = status.getContainerStatuses().stream()
                .map(ContainerStatus::getState)
                .filter(state -> state != null && state.getWaiting() != null)
                .map(state -> state.getWaiting().getReason());
        return Stream.concat(unscheduled, waiting)
                .filter(Objects::nonNull)
                .findFirst()
                .map(reason -> "pod " + pod.getMetadata().getName() + ": " + reason);
    }

    static Finding leader(KubernetesCluster cluster) {
        var lease = cluster.ask(client -> Optional.ofNullable(client.leases()
                .inNamespace(cluster.namespace())
                .withName(InstalledNames.CONTROL_PLANE)
                .get()));
        return judge(
                lease,
                Instant.now(),
                cluster.kubectlHere("logs deployment/" + InstalledNames.CONTROL_PLANE + " --all-pods --tail 20"));
    }

    /// @param now by the clock of this machine
    static Finding judge(Optional<Lease> lease, Instant now, String look) {
        var spec = lease.map(Lease::getSpec);
        var holder = spec.map(each -> each.getHolderIdentity()).filter(name -> !name.isEmpty());
        var renewed = spec.map(each -> each.getRenewTime()).map(time -> time.toInstant());
        if (holder.isEmpty() || renewed.isEmpty()) {
            return Finding.fail(LEADER, "no control plane leads, so nothing is written and no peer is heard", look);
        }
        var age = Duration.between(renewed.get(), now);
        var holds = Duration.ofSeconds(
                spec.map(each -> each.getLeaseDurationSeconds()).orElse(0));
        return age.compareTo(holds) > 0
                ? Finding.fail(
                        LEADER,
                        "nobody leads: " + holder.get() + " did, but has not renewed its Lease for " + age.toSeconds()
                                + " s (by the clock of this machine)",
                        look)
                : Finding.ok(LEADER, holder.get() + " leads");
    }

    /// Whether the other clusters can dial this one, or need not.
    static Finding address(KubernetesCluster cluster, PublicAddress address, List<Peer> peers) {
        return switch (address) {
            case PublicAddress.Dialable dialable ->
                Finding.ok(ADDRESS, "peers dial " + dialable.endpoint() + " (" + dialable.how() + ")");
            case PublicAddress.None none -> {
                var dialsUs = peers.stream()
                        .filter(peer -> peer.getSpec().endpoint().isEmpty())
                        .map(peer -> peer.getMetadata().getName())
                        .toList();
                if (dialsUs.isEmpty() && !peers.isEmpty()) {
                    yield Finding.ok(ADDRESS, none.why() + "; it dials all its peers itself");
                }
                yield Finding.fail(
                        ADDRESS,
                        none.why() + (dialsUs.isEmpty() ? "" : ", and cannot dial " + String.join(", ", dialsUs))
                                + ": peers cannot reach this cluster, unless by a node's port",
                        cluster.kubectlHere("patch service " + InstalledNames.GATEWAY
                                + " --type merge --patch '{\"spec\": {\"type\": \"NodePort\"}}'"));
            }
        };
    }

    /// The commands that bring back what is gone from an installation.
    static String reinstall(KubernetesCluster cluster, Deployment deployment) {
        var annotations =
                Objects.requireNonNullElse(deployment.getMetadata().getAnnotations(), Map.<String, String>of());
        return Optional.ofNullable(annotations.get("meta.helm.sh/release-name"))
                .map(release ->
                        cluster.helmHere("upgrade " + release + " deploy/helm/sekisho --reset-then-reuse-values"))
                .orElseGet(() ->
                        cluster.kubectl("apply --server-side --force-conflicts -f deploy/manifests/sekisho.yaml"));
    }

    /// What the control plane's service account must be allowed and is not.
    static Finding rights(KubernetesCluster cluster, Wanted wanted, Deployment deployment) {
        var account = Objects.requireNonNullElse(
                deployment.getSpec().getTemplate().getSpec().getServiceAccountName(), "default");
        var missing = new ArrayList<String>();
        for (var rule : wanted.clusterRules(InstalledNames.CONTROL_PLANE)) {
            missing.addAll(Rights.missing(cluster, cluster.namespace(), account, Rights.requests(rule, "")));
        }
        for (var rule : wanted.rules(InstalledNames.CONTROL_PLANE)) {
            missing.addAll(
                    Rights.missing(cluster, cluster.namespace(), account, Rights.requests(rule, cluster.namespace())));
        }
        return missing.isEmpty()
                ? Finding.ok("rights", "service account " + account + " may do all it must")
                : Finding.fail(
                        "rights",
                        "service account " + account + " may not " + String.join(", ", missing),
                        reinstall(cluster, deployment));
    }
}
