package dev.sekisho.cli.check;

import dev.sekisho.cli.cluster.KubernetesCluster;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.List;
import java.util.stream.Stream;

/// What a service account may do, as the API server itself answers (SubjectAccessReview): however it came by the right.
final class Rights {
    private Rights() {}

    /// What one rule allows, request by request.
    ///
    /// @param namespace empty means in every one
    static Stream<ResourceAttributes> requests(PolicyRule rule, String namespace) {
        var names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
        return rule.getApiGroups().stream()
                .flatMap(group -> rule.getResources().stream()
                        .flatMap(resource -> names.stream()
                                .flatMap(name -> rule.getVerbs().stream()
                                        .map(verb -> request(group, resource, name, verb, namespace)))));
    }

    private static ResourceAttributes request(
            String group, String resource, String name, String verb, String namespace) {
        var slash = resource.indexOf('/');
        return new ResourceAttributesBuilder()
                .withGroup(group)
                .withResource(slash < 0 ? resource : resource.substring(0, slash))
                .withSubresource(slash < 0 ? "" : resource.substring(slash + 1))
                .withName(name)
                .withVerb(verb)
                .withNamespace(namespace)
                .build();
    }

    /// Those of the requests that the service account may not make.
    static List<String> missing(
            KubernetesCluster cluster, String namespace, String account, Stream<ResourceAttributes> requests) {
        return requests.filter(request -> !mayDo(cluster, namespace, account, request))
                .map(Rights::inWords)
                .toList();
    }

    private static boolean mayDo(
            KubernetesCluster cluster, String namespace, String account, ResourceAttributes request) {
        var review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:" + namespace + ":" + account)
                .withGroups("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated")
                .withResourceAttributes(request)
                .endSpec()
                .build();
        return cluster.ask(client -> client.resource(review).create())
                .getStatus()
                .getAllowed();
    }

    private static String inWords(ResourceAttributes request) {
        return request.getVerb() + " " + request.getResource()
                + (request.getSubresource().isEmpty() ? "" : "/" + request.getSubresource())
                + (request.getGroup().isEmpty() ? "" : "." + request.getGroup())
                + (request.getName().isEmpty() ? "" : " " + request.getName());
    }
}
