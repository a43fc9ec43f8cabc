package dev.sekisho.controlplane.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Vertx;

/// How a control plane speaks to its API server.
public final class ApiServerClient {
    /// One more try is for a connection that the server had just closed. The client would make ten, for 23 s,
    /// also of what the server will never take: it says 500 of a field that it does not know. Whoever wanted
    /// the request comes again anyway, and knows whether it still matters.
    private static final int MORE_TRIES = 1;

    private ApiServerClient() {}

    /// @param config which is changed
    public static KubernetesClient of(Config config, Vertx vertx) {
        config.setRequestRetryBackoffLimit(MORE_TRIES);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(new MisfitObjects())
                .withHttpClientFactory(new Vertx5HttpClientFactory(vertx))
                .build();
    }
}
