package dev.sekisho.policy.call;

import dev.sekisho.policy.Endpoint;
import java.net.InetAddress;
import java.util.List;

/// Who takes what is sent to an address, as far as it can be said whose policies hold there. That follows from the pods
/// that have the address, and from nothing that an EndpointSlice says: anybody who may write one could name another
/// pod, or none.
public sealed interface Occupant {
    /// @param pod of this cluster, at the address that is called: an ipBlock tells the addresses of a pod apart
    record Pod(Endpoint.Pod pod) implements Occupant {}

    /// No pod, or one that shares its node's address: no policy isolates it.
    record NoPod(Endpoint.Address end) implements Occupant {}

    /// Nobody can say whose policies hold there, so nothing is sent there.
    record Unknown() implements Occupant {}

    /// @param owners the pods that have the address for their own; several while it goes from one to the next
    /// @param isSaidToBePod whether the endpoint is said to be a pod with an address of its own. As long as that
    ///     pod has not been seen there, taking it for no pod would mean that no policy isolates it
    static Occupant of(InetAddress address, List<Endpoint.Pod> owners, boolean isSaidToBePod) {
        return switch (owners.size()) {
            case 0 -> isSaidToBePod ? new Unknown() : new NoPod(new Endpoint.Address(address));
            case 1 -> new Pod(owners.getFirst());
            default -> new Unknown();
        };
    }
}
