package dev.sekisho.controlplane.standalone;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.ServiceTraits;
import dev.sekisho.controlplane.reconcile.Results;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import dev.sekisho.names.Transport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Results about the service `shop/NAME`, exported by osaka.
final class TestResults {
    static final ServiceName DB = new ServiceName("shop", "db");

    private TestResults() {}

    static Results of(String service) {
        return of(service, "True");
    }

    static Results of(String service, String exportIsValid) {
        var name = new ServiceName("shop", service);
        var valid = new Condition("Valid", exportIsValid, "Valid", "");
        return new Results(
                Map.of(name, serviceImport(name)),
                Set.of(),
                Map.of(name, List.of(new Condition("Ready", "True", "Ready", ""))),
                Map.of(name, List.of(valid)),
                List.of(),
                Map.of());
    }

    static Import serviceImport(ServiceName name) {
        var traits = new ServiceTraits(
                "ClientIP", Optional.of(10), Optional.of("Cluster"), Optional.of("PreferClose"), List.of("IPv4"));
        var export = new Export(
                new ClusterName("osaka"),
                name,
                Instant.EPOCH,
                false,
                List.of(),
                traits,
                Map.of(),
                Map.of(),
                Readiness.READY,
                Map.of(),
                Map.of(),
                List.of(),
                Optional.empty());
        return new Import(
                name,
                false,
                List.of(new ServicePort("redis", Transport.TCP, 6379, Optional.of("redis"))),
                traits,
                Map.of("team", "data"),
                Map.of(),
                List.of(InetAddresses.forString("127.66.1.7")),
                Map.of(),
                List.of(),
                List.of(export));
    }
}
