package dev.sekisho.controlplane.kubernetes.home;

import dev.sekisho.controlplane.kinds.ClusterProperty;
import dev.sekisho.controlplane.kubernetes.ApiErrors;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/// Which cluster this is: what its ClusterProperty objects say (KEP-2149), else what the settings say.
public final class ClusterIdentity {
    private static final int NOT_FOUND = 404;

    private ClusterIdentity() {}

    /// Blocks.
    ///
    /// @param cluster what the settings say
    /// @param clusterSet likewise
    /// @throws IllegalArgumentException when the two contradict each other, or the cluster says no name
    /// @throws IOException when the API server cannot be asked, or neither says it
    public static TrustDomain find(
            KubernetesClient client, Optional<ClusterName> cluster, Optional<ClusterSetName> clusterSet)
            throws IOException {
        return new TrustDomain(
                decide("cluster", cluster, property(client, ClusterProperty.CLUSTER_ID, ClusterName::new)),
                decide("clusterSet", clusterSet, property(client, ClusterProperty.CLUSTER_SET, ClusterSetName::new)));
    }

    private static <T> T decide(String setting, Optional<T> set, Optional<Told<T>> told) throws IOException {
        if (told.isPresent()) {
            var other = set.filter(value -> !value.equals(told.get().value()));
            if (other.isPresent()) {
                throw new IllegalArgumentException(setting + ": settings say '" + other.get() + "' and ClusterProperty "
                        + told.get().property() + " says '" + told.get().value() + "'; take it out of the settings");
            }
            return told.get().value();
        }
        return set.orElseThrow(() -> new IOException(
                setting + ": neither the settings nor a ClusterProperty say which " + setting + " this is"));
    }

    private record Told<T>(String property, T value) {}

    private static <T> Optional<Told<T>> property(KubernetesClient client, String name, Function<String, T> parse)
            throws IOException {
        try {
            return Optional.ofNullable(client.resources(ClusterProperty.class)
                            .withName(name)
                            .get())
                    .map(property -> property.getSpec().value())
                    .map(value -> new Told<>(name, parsed(name, value, parse)));
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND) {
                return Optional.empty(); // the cluster does not even have the kind
            }
            throw ApiErrors.failure("ClusterProperty " + name, e);
        }
    }

    private static <T> T parsed(String name, String value, Function<String, T> parse) {
        try {
            return parse.apply(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("ClusterProperty " + name + ": " + e.getMessage(), e);
        }
    }
}
