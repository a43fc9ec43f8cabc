package dev.sekisho.bench.scale;

import picocli.CommandLine.Option;

/// How much there is in the cluster.
final class Size {
    private static final int MOST_PODS = 1 << 22;

    @Option(names = "--namespaces", paramLabel = "N", description = "Namespaces (default: ${DEFAULT-VALUE}).")
    private int namespaces = 100;

    @Option(names = "--services", paramLabel = "N", description = "Services (default: ${DEFAULT-VALUE}).")
    private int services = 5_000;

    @Option(
            names = "--pods",
            paramLabel = "N",
            description = "Pods, spread evenly over the Services (default: ${DEFAULT-VALUE}).")
    private int pods = 20_000;

    @Option(names = "--exports", paramLabel = "N", description = "Exported Services (default: ${DEFAULT-VALUE}).")
    private int exports = 500;

    @Option(names = "--policies", paramLabel = "N", description = "NetworkPolicies (default: ${DEFAULT-VALUE}).")
    private int policies = 300;

    int namespaces() {
        return namespaces;
    }

    int services() {
        return services;
    }

    int pods() {
        return pods;
    }

    int exports() {
        return exports;
    }

    int policies() {
        return policies;
    }

    /// Of an endpoint of each exported Service something is changed, so each needs one.
    void check() {
        if (namespaces < 1
                || services < namespaces
                || pods < services
                || pods > MOST_PODS
                || exports < 1
                || exports > services
                || policies < 0) {
            throw new IllegalArgumentException(
                    "there must be at least one namespace, a Service for each, a pod for each Service, at most "
                            + MOST_PODS + " pods, and at least one export, of at most all Services");
        }
    }

    @Override
    public String toString() {
        return "%,d Services, %,d Pods, %,d exports, %,d namespaces, %,d NetworkPolicies"
                .formatted(services, pods, exports, namespaces, policies);
    }
}
