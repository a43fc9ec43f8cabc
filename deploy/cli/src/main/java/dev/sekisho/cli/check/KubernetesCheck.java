package dev.sekisho.cli.check;

import dev.sekisho.cli.UserError;
import dev.sekisho.cli.check.Services.Shown;
import dev.sekisho.cli.cluster.InstalledNames;
import dev.sekisho.cli.cluster.KubernetesCluster;
import dev.sekisho.cli.cluster.KubernetesMember;
import dev.sekisho.cli.cluster.ProgramPods;
import dev.sekisho.cli.cluster.Shell;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceImport;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// All checks of a cluster on Kubernetes, with the rights of whoever asks.
public final class KubernetesCheck {
    private final KubernetesCluster cluster;
    private final List<Finding> findings = new ArrayList<>();

    private KubernetesCheck(KubernetesCluster cluster) {
        this.cluster = cluster;
    }

    /// @return in the order in which they are best mended
    public static List<Finding> of(KubernetesCluster cluster) {
        var check = new KubernetesCheck(cluster);
        check.all();
        return List.copyOf(check.findings);
    }

    private void all() {
        try {
            var version = cluster.ask(client -> client.getKubernetesVersion().getGitVersion());
            findings.add(Finding.ok("API server", "Kubernetes " + version + " answers"));
        } catch (UserError e) {
            findings.add(
                    Finding.fail("API server", String.valueOf(e.getMessage()), cluster.kubectl("get --raw /readyz")));
            return;
        }
        var wanted = Wanted.read();
        add("definitions", () -> Definitions.check(cluster, wanted));
        add("cluster DNS", () -> ClusterDns.check(cluster));
        var controlPlane = deployment(InstalledNames.CONTROL_PLANE);
        var gateway = deployment(InstalledNames.GATEWAY);
        if (controlPlane.isPresent() && gateway.isPresent()) {
            installed(wanted, controlPlane.get(), gateway.get());
        } else {
            notInstalled(controlPlane.isPresent() ? InstalledNames.GATEWAY : InstalledNames.CONTROL_PLANE);
        }
    }

    private void notInstalled(String missing) {
        findings.add(Finding.fail(
                "installation",
                "there is no Deployment " + cluster.namespace() + "/" + missing + " (another namespace? --namespace"
                        + " chooses)",
                cluster.helmHere("upgrade --install sekisho deploy/helm/sekisho --create-namespace"
                        + " --set cluster.name=NAME,cluster.clusterSet=CLUSTERSET")));
    }

    private void installed(Wanted wanted, Deployment controlPlane, Deployment gateway) {
        add("rights", () -> List.of(Programs.rights(cluster, wanted, controlPlane)));
        add(InstalledNames.CONTROL_PLANE, () -> List.of(Programs.deployment(cluster, controlPlane)));
        add(InstalledNames.GATEWAY, () -> List.of(Programs.deployment(cluster, gateway)));
        add("leader", () -> List.of(Programs.leader(cluster)));
        add("identity", this::identity);
        add(
                Programs.ADDRESS,
                () -> List.of(Programs.address(cluster, new KubernetesMember(cluster).publicAddress(), peerObjects())));
        add("programs", this::pages);
        add("exports", this::exports);
        add("imports", this::imports);
    }

    // A check that cannot be made is not passed.
    private void add(String name, Supplier<List<Finding>> check) {
        try {
            findings.addAll(check.get());
        } catch (UserError e) {
            findings.add(Finding.fail(name, "it cannot be told: " + e.getMessage()));
        }
    }

    private Optional<Deployment> deployment(String name) {
        return cluster.ask(client -> Optional.ofNullable(client.apps()
                .deployments()
                .inNamespace(cluster.namespace())
                .withName(name)
                .get()));
    }

    private List<Peer> peerObjects() {
        return cluster.ask(client -> client.resources(Peer.class).list().getItems());
    }

    private List<Finding> identity() {
        var now = Instant.now();
        var found = new ArrayList<Finding>();
        var own = new KubernetesMember(cluster).bundle();
        found.add(current("identity", own.domain() + ", by a CA that is valid until " + own.notAfter(), own, now));
        for (var peer : peerObjects()) {
            var name = peer.getMetadata().getName();
            try {
                var domain = new TrustDomain(new ClusterName(name), own.domain().clusterSet());
                CaBundle.parse(domain, peer.getSpec().caBundle()).requireCurrent(now);
            } catch (IllegalArgumentException e) {
                found.add(Finding.fail(
                        "trust in " + name,
                        String.valueOf(e.getMessage()),
                        cluster.sekisho("peer add " + name + " --peer-context " + name + " --replace")));
            }
        }
        return found;
    }

    private Finding current(String check, String says, CaBundle bundle, Instant now) {
        try {
            bundle.requireCurrent(now);
            return Finding.ok(check, says);
        } catch (IllegalArgumentException e) {
            return Finding.fail(
                    check,
                    String.valueOf(e.getMessage()),
                    cluster.kubectlHere("describe configmap " + InstalledNames.CLUSTER_CARD));
        }
    }

    private List<Finding> pages() {
        var pods = new ProgramPods(cluster);
        var found = new ArrayList<Finding>();
        var gateways = new ArrayList<JsonNode>();
        for (var pod : pods.gateways()) {
            if (pod.ready()) {
                add("gateway " + pod.name(), () -> {
                    var page = pods.ask(pod, "/status");
                    gateways.add(page);
                    return List.of(Pages.gateway(pod.name(), page, log(pod.name())));
                });
            }
        }
        var pod = pods.bestControlPlane();
        var page = pods.ask(pod, "/status");
        found.addAll(Pages.controlPlane(page, Instant.now(), log(pod.name())));
        found.addAll(Pages.peers(
                page,
                gateways,
                Shell.sekisho("check --context PEER"),
                cluster.sekisho("peer add OTHER --peer-context OTHER --both")));
        return found;
    }

    private List<String> log(String pod) {
        return List.of(cluster.kubectlHere("logs " + pod + " --tail 20"));
    }

    private List<Finding> exports() {
        var exports = cluster.ask(client ->
                client.resources(ServiceExport.class).inAnyNamespace().list().getItems());
        return Services.exports(exports.stream().map(Shown::of).toList(), this::describe);
    }

    private List<Finding> imports() {
        var imports = cluster.ask(client ->
                client.resources(ServiceImport.class).inAnyNamespace().list().getItems());
        return Services.imports(imports.stream().map(Shown::of).toList(), this::describe);
    }

    private String describe(Shown shown) {
        var parts = shown.service().split("/", 2);
        // Only the Service shows what it selects and what was found.
        var kind = shown.lacksEndpoint() ? "service" : shown.kind().toLowerCase(Locale.ROOT);
        return cluster.kubectl("-n " + parts[0] + " describe " + kind + " " + parts[1]);
    }
}
