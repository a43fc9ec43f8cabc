package dev.sekisho.controlplane.clusterset;

import static java.util.stream.Collectors.groupingBy;

import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.published.NamespaceIngress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What exports publish of this cluster's ingress rules, for each namespace that has exports. A namespace for which it
/// has not changed keeps its object.
///
/// @param scope what they were made in
/// @param policies what they were made of
/// @param namespaces what they were made of
public record IngressRules(
        PolicyScope scope,
        List<Policy> policies,
        Map<String, Map<String, String>> namespaces,
        Map<String, NamespaceIngress> byNamespace) {
    public IngressRules {
        policies = List.copyOf(policies);
        namespaces = Map.copyOf(namespaces);
        byNamespace = Map.copyOf(byNamespace);
    }

    static IngressRules of(PolicyScope scope, ClusterView view, Optional<IngressRules> before) {
        var exporting =
                view.exports().keySet().stream().map(name -> name.namespace()).collect(Collectors.toSet());
        if (before.filter(last ->
                        last.isMadeOf(scope, view) && last.byNamespace.keySet().equals(exporting))
                .isPresent()) {
            return before.get();
        }
        var ofClusters =
                view.policies().stream().filter(ClusterPolicy.class::isInstance).toList();
        var ofNamespaces = view.policies().stream()
                .filter(NamespacedPolicy.class::isInstance)
                .filter(policy -> exporting.contains(policy.name().namespace()))
                .collect(groupingBy(policy -> policy.name().namespace()));
        var byNamespace = new HashMap<String, NamespaceIngress>();
        for (var namespace : exporting) {
            var now = NamespaceIngress.of(
                    scope,
                    namespace,
                    view.namespaces().getOrDefault(namespace, Map.of()),
                    Stream.concat(ofClusters.stream(), ofNamespaces.getOrDefault(namespace, List.of()).stream())
                            .toList());
            byNamespace.put(
                    namespace,
                    before.flatMap(last -> Optional.ofNullable(last.byNamespace.get(namespace)))
                            .filter(now::equals)
                            .orElse(now));
        }
        return new IngressRules(scope, view.policies(), view.namespaces(), byNamespace);
    }

    @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
    private boolean isMadeOf(PolicyScope newScope, ClusterView view) {
        return policies == view.policies() && namespaces == view.namespaces() && scope.equals(newScope);
    }

    /// @param namespace that has exports
    NamespaceIngress of(String namespace) {
        return Objects.requireNonNull(byNamespace.get(namespace));
    }
}
