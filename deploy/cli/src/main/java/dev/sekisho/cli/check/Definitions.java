package dev.sekisho.cli.check;

import dev.sekisho.cli.cluster.KubernetesCluster;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Whether the cluster has our kinds, in the versions we use: the MCS API may have been installed by somebody else.
final class Definitions {
    private Definitions() {}

    static List<Finding> check(KubernetesCluster cluster, Wanted wanted) {
        var mend = cluster.kubectl("apply --server-side --force-conflicts -f deploy/crds");
        return wanted.definitions().stream()
                .map(definition -> judge(definition, installed(cluster, definition), mend))
                .toList();
    }

    private static Optional<CustomResourceDefinition> installed(
            KubernetesCluster cluster, CustomResourceDefinition wanted) {
        return cluster.ask(client -> Optional.ofNullable(client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(wanted.getMetadata().getName())
                .get()));
    }

    static Finding judge(CustomResourceDefinition wanted, Optional<CustomResourceDefinition> found, String mend) {
        var check = wanted.getSpec().getNames().getKind();
        var name = wanted.getMetadata().getName();
        if (found.isEmpty()) {
            return Finding.fail(check, "the definition " + name + " is not there", mend);
        }
        var missing = new TreeSet<>(versions(wanted, CustomResourceDefinitionVersion::getServed));
        missing.removeAll(versions(found.get(), CustomResourceDefinitionVersion::getServed));
        if (!missing.isEmpty()) {
            return Finding.fail(check, name + " does not serve " + String.join(", ", missing), mend);
        }
        if (!isEstablished(found.get())) {
            return Finding.fail(
                    check,
                    name + " is not established: another definition may have its names",
                    mend.replaceFirst(" apply .*", " describe crd " + name));
        }
        var stored = versions(found.get(), CustomResourceDefinitionVersion::getStorage);
        var here = name + " serves "
                + String.join(", ", versions(found.get(), CustomResourceDefinitionVersion::getServed)) + " and stores "
                + String.join(", ", stored);
        return stored.equals(versions(wanted, CustomResourceDefinitionVersion::getStorage))
                ? Finding.ok(check, here)
                : Finding.warn(check, here + ", an older version than ours", mend);
    }

    private static Set<String> versions(
            CustomResourceDefinition definition, Predicate<CustomResourceDefinitionVersion> which) {
        return definition.getSpec().getVersions().stream()
                .filter(which)
                .map(CustomResourceDefinitionVersion::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isEstablished(CustomResourceDefinition definition) {
        return definition.getStatus() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Established".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }
}
