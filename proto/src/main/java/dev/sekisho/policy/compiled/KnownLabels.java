package dev.sekisho.policy.compiled;

import dev.sekisho.names.ClusterName;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Labels as a selector sees them.
sealed interface KnownLabels {
    /// The label that the API server puts on every namespace.
    String NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

    Optional<String> valueOf(String key);

    /// Every key that has a value, with that value alone.
    void forEach(BiConsumer<String, String> each);

    /// False when the object may carry labels that are not known here. A selector that asks for the absence of such a
    /// label does not match then.
    boolean isComplete();

    record OfPod(Map<String, String> labels, boolean isComplete) implements KnownLabels {
        @Override
        public Optional<String> valueOf(String key) {
            return Optional.ofNullable(labels.get(key));
        }

        @Override
        public void forEach(BiConsumer<String, String> each) {
            labels.forEach(each);
        }
    }

    /// Name and cluster are what we know for certain; labels that claim otherwise are not looked at.
    record OfNamespace(String name, ClusterName cluster, Map<String, String> labels, boolean isComplete)
            implements KnownLabels {
        @Override
        public Optional<String> valueOf(String key) {
            return switch (key) {
                case NAMESPACE_NAME_LABEL -> Optional.of(name);
                case PolicySet.CLUSTER_LABEL -> Optional.of(cluster.value());
                default -> Optional.ofNullable(labels.get(key));
            };
        }

        @Override
        public void forEach(BiConsumer<String, String> each) {
            each.accept(NAMESPACE_NAME_LABEL, name);
            each.accept(PolicySet.CLUSTER_LABEL, cluster.value());
            labels.forEach((key, value) -> {
                if (!key.equals(NAMESPACE_NAME_LABEL) && !key.equals(PolicySet.CLUSTER_LABEL)) {
                    each.accept(key, value);
                }
            });
        }
    }

    record OfCluster(ClusterName cluster, Map<String, String> labels, boolean isComplete) implements KnownLabels {
        @Override
        public Optional<String> valueOf(String key) {
            return key.equals(PolicySet.CLUSTER_LABEL)
                    ? Optional.of(cluster.value())
                    : Optional.ofNullable(labels.get(key));
        }

        @Override
        public void forEach(BiConsumer<String, String> each) {
            each.accept(PolicySet.CLUSTER_LABEL, cluster.value());
            labels.forEach((key, value) -> {
                if (!key.equals(PolicySet.CLUSTER_LABEL)) {
                    each.accept(key, value);
                }
            });
        }
    }
}
