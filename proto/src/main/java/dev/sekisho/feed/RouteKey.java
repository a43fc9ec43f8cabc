package dev.sekisho.feed;

import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.PolicyName;
import java.util.SortedMap;

/// Which resource of a route table is meant: what it is about, and nothing else, decides its key. Whoever adds a kind
/// has to say what depends on it.
public sealed interface RouteKey {
    /// The cluster whose table it is.
    record Cluster() implements RouteKey {}

    record Import(ServiceName service) implements RouteKey {}

    record Export(ServiceName service) implements RouteKey {}

    record Peer(ClusterName cluster) implements RouteKey {}

    record Pod(PodName pod) implements RouteKey {
        private static final String BEFORE_ALL = "pod/";
        private static final String AFTER_ALL = "pod0"; // the character that follows a slash
    }

    record Namespace(String name) implements RouteKey {}

    record Rules(PolicyName policy) implements RouteKey {}

    /// As feed.proto has it.
    default String text() {
        return switch (this) {
            case Cluster _ -> "cluster";
            case Import(var service) -> "import/" + service;
            case Export(var service) -> "export/" + service;
            case Peer(var cluster) -> "peer/" + cluster;
            case Pod(var pod) -> Pod.BEFORE_ALL + pod;
            case Namespace(var name) -> "namespace/" + name;
            case Rules(var policy) ->
                switch (policy.kind()) {
                            case NETWORK_POLICY -> "policy/";
                            case CLUSTER_SET_NETWORK_POLICY -> "cluster-set-policy/";
                            case CLUSTER_NETWORK_POLICY -> "cluster-policy/";
                        }
                        + policy.path();
        };
    }

    /// Whether verdicts may be others when such a resource comes, changes or goes, though flows stay the same.
    default boolean changesRules() {
        return switch (this) {
            case Cluster _, Peer _, Namespace _, Rules _ -> true;
            case Import _, Export _, Pod _ -> false;
        };
    }

    /// Whether who has an address, or what is known of its owner, may be other then.
    default boolean changesPods() {
        return switch (this) {
            case Cluster _, Pod _, Namespace _ -> true;
            case Import _, Export _, Peer _, Rules _ -> false;
        };
    }

    /// Of resources by their keys' texts those of pods.
    static <R> SortedMap<String, R> pods(SortedMap<String, R> byText) {
        return byText.subMap(Pod.BEFORE_ALL, Pod.AFTER_ALL);
    }
}
