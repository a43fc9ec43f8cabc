package dev.sekisho.cli.check;

import dev.sekisho.cli.cluster.KubernetesCluster;
import dev.sekisho.cli.cluster.Shell;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Whether CoreDNS answers `clusterset.local` from ServiceImports: its `kubernetes` plugin can since 1.12.2, once told.
final class ClusterDns {
    private static final String CHECK = "cluster DNS";
    private static final String RIGHTS = "cluster DNS rights";
    private static final String NAMESPACE = "kube-system";
    private static final String COREDNS = "coredns";
    private static final int[] FIRST_THAT_CAN = {1, 12, 2};
    private static final Pattern VERSION = Pattern.compile(":v?(\\d+)\\.(\\d+)\\.(\\d+)");

    private ClusterDns() {}

    static List<Finding> check(KubernetesCluster cluster) {
        var corefile = corefile(cluster);
        if (corefile.isEmpty()) {
            return List.of(Finding.warn(
                    CHECK,
                    "there is no ConfigMap " + NAMESPACE + "/" + COREDNS + ": whatever serves cluster DNS here must"
                            + " send " + Corefile.ZONE + " on to the gateways, which answer it on port 1053"));
        }
        var deployment = cluster.ask(client -> Optional.ofNullable(client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(COREDNS)
                .get()));
        var image = deployment.map(ClusterDns::image).orElse("");
        return List.of(zone(cluster, corefile.get(), image), rights(cluster, deployment));
    }

    private static Optional<Corefile> corefile(KubernetesCluster cluster) {
        return cluster.ask(client -> Optional.ofNullable(client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withName(COREDNS)
                        .get()))
                .flatMap(map -> Optional.ofNullable(map.getData()))
                .map(data -> new Corefile(Objects.requireNonNullElse(data.get("Corefile"), "")));
    }

    private static Finding zone(KubernetesCluster cluster, Corefile corefile, String image) {
        if (corefile.answersZone()) {
            return Finding.ok(CHECK, "CoreDNS answers " + Corefile.ZONE);
        }
        var configMap = "-n " + NAMESPACE + " get configmap " + COREDNS + " -o json";
        var restart = cluster.kubectl("-n " + NAMESPACE + " rollout restart deployment/" + COREDNS);
        // Told of an option that it does not know, it would not start again, and the cluster had no DNS at all.
        if (isTooOld(image)) {
            return Finding.fail(
                    CHECK,
                    "CoreDNS does not answer " + Corefile.ZONE + ", and this one cannot (" + image
                            + "): it needs 1.12.2 or newer; afterwards check again",
                    cluster.kubectl("-n " + NAMESPACE + " set image deployment/" + COREDNS + " " + COREDNS + "="
                            + "registry.k8s.io/coredns/coredns:v1.13.1"));
        }
        var missing = "CoreDNS does not answer " + Corefile.ZONE
                + ": its plugin kubernetes lacks that zone and the line" + " 'multicluster " + Corefile.ZONE + "'";
        return corefile.isEditable()
                ? Finding.fail(
                        CHECK,
                        missing,
                        cluster.kubectl(configMap) + " | sed -E " + Shell.quote(Corefile.EDIT) + " | "
                                + cluster.kubectl("replace -f -"),
                        restart)
                : Finding.fail(
                        CHECK, missing, cluster.kubectl("-n " + NAMESPACE + " edit configmap " + COREDNS), restart);
    }

    private static String image(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
                .map(container -> Objects.requireNonNullElse(container.getImage(), ""))
                .findFirst()
                .orElse("");
    }

    /// An image that does not tell its version is taken to be new enough.
    static boolean isTooOld(String image) {
        var version = VERSION.matcher(image);
        if (!version.find()) {
            return false;
        }
        for (var part = 0; part < FIRST_THAT_CAN.length; part++) {
            var difference = Integer.parseInt(version.group(part + 1)) - FIRST_THAT_CAN[part];
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    private static Finding rights(KubernetesCluster cluster, Optional<Deployment> deployment) {
        var account = deployment
                .map(each -> each.getSpec().getTemplate().getSpec().getServiceAccountName())
                .orElse(COREDNS);
        var missing = Rights.missing(
                cluster,
                NAMESPACE,
                account,
                Stream.of("list", "watch")
                        .map(verb -> new ResourceAttributesBuilder()
                                .withGroup("multicluster.x-k8s.io")
                                .withResource("serviceimports")
                                .withSubresource("")
                                .withName("")
                                .withVerb(verb)
                                .build()));
        if (missing.isEmpty()) {
            return Finding.ok(RIGHTS, "CoreDNS may read ServiceImports");
        }
        var role = "coredns-serviceimports";
        return Finding.fail(
                RIGHTS,
                "CoreDNS may not read ServiceImports: its service account " + NAMESPACE + "/" + account + " lacks "
                        + String.join(", ", missing),
                cluster.kubectl("create clusterrole " + role
                        + " --verb=list,watch --resource=serviceimports.multicluster.x-k8s.io"),
                cluster.kubectl("create clusterrolebinding " + role + " --clusterrole=" + role + " --serviceaccount="
                        + NAMESPACE + ":" + account));
    }
}
