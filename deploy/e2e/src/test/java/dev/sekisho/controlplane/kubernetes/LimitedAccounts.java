package dev.sekisho.controlplane.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.e2e.Await;
import dev.sekisho.e2e.LabCluster;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/// Makes service accounts that may do some of what the chart allows, and nothing else.
///
/// @param admin who may give rights
/// @param config as `admin` calls the API server
record LimitedAccounts(LabCluster cluster, Vertx vertx, KubernetesClient admin, Config config) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NAME = "limited";

    /// How to call the API server as a new account. Returns when the API server goes by its rights.
    ///
    /// @param namespace where it is, and where those rights hold that are only for our own; has none yet
    Config allowedOnly(List<Right> rights, String namespace) {
        admin.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .build())
                .create();
        bindInCluster(rules(rights, false), namespace);
        bindAtHome(rules(rights, true), namespace);
        var account = new ConfigBuilder(config)
                .withClientCertData(null)
                .withClientKeyData(null)
                .withOauthToken(token(namespace))
                .build();
        awaitAllowed(account, rights, namespace);
        return account;
    }

    private static List<PolicyRule> rules(List<Right> rights, boolean home) {
        return rights.stream()
                .filter(right -> right.home() == home)
                .map(Right::rule)
                .toList();
    }

    private void bindInCluster(List<PolicyRule> rules, String namespace) {
        admin.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        admin.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", namespace)
                        .addNewSubject("", "ServiceAccount", NAME, namespace)
                        .build())
                .create();
    }

    private void bindAtHome(List<PolicyRule> rules, String namespace) {
        admin.resource(new RoleBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        admin.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", NAME)
                        .addNewSubject("", "ServiceAccount", NAME, namespace)
                        .build())
                .create();
    }

    private String token(String namespace) {
        return admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(NAME)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    /// All rights of one role come at once.
    private void awaitAllowed(Config account, List<Right> rights, String namespace) {
        try (var client = cluster.client(vertx, account)) {
            for (var home : List.of(true, false)) {
                rights.stream()
                        .filter(right -> right.home() == home)
                        .findFirst()
                        .ifPresent(right -> {
                            var question = new SelfSubjectAccessReviewBuilder()
                                    .withNewSpec()
                                    .withResourceAttributes(right.request(namespace))
                                    .endSpec()
                                    .build();
                            Await.holds(
                                    PATIENCE,
                                    right + " is allowed",
                                    () -> assertThat(client.resource(question)
                                                    .create()
                                                    .getStatus()
                                                    .getAllowed())
                                            .isTrue());
                        });
            }
        }
    }
}
