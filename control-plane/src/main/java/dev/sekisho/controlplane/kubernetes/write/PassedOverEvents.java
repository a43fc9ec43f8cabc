package dev.sekisho.controlplane.kubernetes.write;

import dev.sekisho.controlplane.kinds.EndpointSlices;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kubernetes.ObjectKey;
import dev.sekisho.controlplane.kubernetes.OwnObjects;
import dev.sekisho.controlplane.kubernetes.PassedOver;
import dev.sekisho.controlplane.kubernetes.write.ClusterEvents.Severity;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Tells once, by Events, of each object that is not taken in: about the object itself, and about the ServiceExport
/// that suffers from it. One thread.
final class PassedOverEvents {
    private static final String ACTION = "Read";
    private static final String REASON = "PassedOver";

    private final ClusterEvents events;
    private final Function<ServiceName, Optional<ServiceExport>> exports;
    private Map<ObjectKey, String> told = Map.of();

    PassedOverEvents(ClusterEvents events, Function<ServiceName, Optional<ServiceExport>> exports) {
        this.events = events;
        this.exports = exports;
    }

    /// @param all that there are now
    void observe(Stream<PassedOver> all) {
        var now = new HashMap<ObjectKey, String>();
        all.forEach(each -> {
            var isNews =
                    now.put(each.key(), each.what()) == null && !each.what().equals(told.get(each.key()));
            if (isNews) {
                events.tell(each.object(), Severity.WARNING, ACTION, REASON, each.what());
                service(each.object())
                        .flatMap(exports)
                        .ifPresent(export ->
                                events.tell(export, Severity.WARNING, ACTION, REASON, each.key() + ": " + each.what()));
            }
        });
        told = now;
    }

    private static Optional<ServiceName> service(HasMetadata object) {
        var metadata = object.getMetadata();
        var name = object instanceof Service
                ? Optional.of(metadata.getName())
                : Optional.ofNullable(OwnObjects.labels(metadata).get(EndpointSlices.SERVICE_LABEL));
        return name.filter(DnsNames::isLabel).map(service -> new ServiceName(metadata.getNamespace(), service));
    }
}
