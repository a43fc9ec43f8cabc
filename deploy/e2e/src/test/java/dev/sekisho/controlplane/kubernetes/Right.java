package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// One thing that the chart allows a program: one verb of one resource.
///
/// @param resource with its subresource: `peers/status`
/// @param name of the one object that it is allowed for; empty for all
/// @param home whether it is only allowed in our own namespace
record Right(String group, String resource, String name, String verb, boolean home) {
    /// What the roles of that name allow, in all.
    ///
    /// @param rendered the chart's objects, as YAML
    /// @param role a ClusterRole, a Role, or both
    static List<Right> granted(KubernetesClient client, Path rendered, String role) throws IOException {
        try (var yaml = Files.newInputStream(rendered)) {
            return client.load(yaml).items().stream()
                    .filter(object -> object.getMetadata().getName().equals(role))
                    .flatMap(Right::of)
                    .distinct()
                    .toList();
        }
    }

    private static Stream<Right> of(HasMetadata object) {
        return switch (object) {
            case ClusterRole role -> role.getRules().stream().flatMap(rule -> of(rule, false));
            case Role role -> role.getRules().stream().flatMap(rule -> of(rule, true));
            default -> Stream.of();
        };
    }

    private static Stream<Right> of(PolicyRule rule, boolean home) {
        var names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
        return rule.getApiGroups().stream()
                .flatMap(group -> rule.getResources().stream()
                        .flatMap(resource -> names.stream()
                                .flatMap(name -> rule.getVerbs().stream()
                                        .map(verb -> new Right(group, resource, name, verb, home)))));
    }

    PolicyRule rule() {
        return new PolicyRuleBuilder()
                .withApiGroups(group)
                .withResources(resource)
                .withResourceNames(name.isEmpty() ? List.of() : List.of(name))
                .withVerbs(verb)
                .build();
    }

    /// A request that needs it.
    ///
    /// @param namespace our own
    ResourceAttributes request(String namespace) {
        var parts = resource.split("/", 2);
        return new ResourceAttributesBuilder()
                .withGroup(group)
                .withResource(parts[0])
                .withSubresource(parts.length > 1 ? parts[1] : "")
                .withName(name)
                .withNamespace(home ? namespace : "")
                .withVerb(verb)
                .build();
    }

    /// Whether this is what is said by whoever lacks it. Of a watch, which begins with a handshake and not with an
    /// answer, only that it is forbidden.
    boolean isRefusedBy(String message) {
        return verb.equals("watch")
                ? message.contains("Forbidden")
                : message.contains("cannot " + verb + " resource \"" + resource + "\"")
                        && (name.isEmpty() || message.contains("\"" + name + "\" is forbidden"));
    }

    @Override
    public String toString() {
        return verb + " " + resource + (name.isEmpty() ? "" : " " + name) + (home ? " at home" : "");
    }
}
