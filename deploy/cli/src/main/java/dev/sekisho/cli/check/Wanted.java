package dev.sekisho.cli.check;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/// What this version installs into a cluster: `deploy/manifests/sekisho.yaml`, made from the chart, so that a check and
/// the chart cannot differ.
final class Wanted {
    private static final String MANIFEST = "sekisho.yaml";

    private final List<HasMetadata> objects;

    private Wanted(List<HasMetadata> objects) {
        this.objects = List.copyOf(objects);
    }

    static Wanted read() {
        try (var manifest = Objects.requireNonNull(Wanted.class.getResourceAsStream(MANIFEST), MANIFEST)) {
            return new Wanted(new KubernetesSerialization().<List<HasMetadata>>unmarshal(manifest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<CustomResourceDefinition> definitions() {
        return all(CustomResourceDefinition.class);
    }

    /// Of the ClusterRole of that name, in every namespace.
    List<PolicyRule> clusterRules(String name) {
        return all(ClusterRole.class).stream()
                .filter(role -> name.equals(role.getMetadata().getName()))
                .flatMap(role -> role.getRules().stream())
                .toList();
    }

    /// Of the Role of that name, in our own namespace.
    List<PolicyRule> rules(String name) {
        return all(Role.class).stream()
                .filter(role -> name.equals(role.getMetadata().getName()))
                .flatMap(role -> role.getRules().stream())
                .toList();
    }

    private <T> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
