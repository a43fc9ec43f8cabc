package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.reconcile.Results;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// An object of the cluster that is not taken in, or not wholly.
///
/// @param object only who it is, and of an EndpointSlice whose it is
/// @param what becomes of it, with the field and the reason; a sentence for whoever wrote it
public record PassedOver(HasMetadata object, String what) {
    public ObjectKey key() {
        return ObjectKey.of(object);
    }

    /// ServiceExports and Peers that are passed over say so in their status, too.
    public static Results addTo(Results results, List<PassedOver> all) {
        var exports = new HashMap<>(results.exportConditions());
        var peers = new HashMap<>(results.peers());
        for (var each : all) {
            var name = each.object.getMetadata().getName();
            if (each.object instanceof ServiceExport && DnsNames.isLabel(name)) {
                exports.putIfAbsent(
                        new ServiceName(each.object.getMetadata().getNamespace(), name),
                        List.of(
                                new Condition("Valid", "False", "Unreadable", each.what),
                                new Condition("Ready", "False", "Unreadable", each.what)));
            } else if (each.object instanceof Peer && DnsNames.isLabel(name)) {
                peers.putIfAbsent(new ClusterName(name), new PeerStatus(false, Optional.empty(), each.what, 0));
            }
        }
        return new Results(
                results.imports(), results.held(), results.importConditions(), exports, results.passes(), peers);
    }
}
