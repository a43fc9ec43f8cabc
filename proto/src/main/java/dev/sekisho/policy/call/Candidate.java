package dev.sekisho.policy.call;

import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.policy.Endpoint;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/// One endpoint of this cluster behind a service: a candidate for the calls to it.
///
/// @param occupant whose policies hold at the address
/// @param ports service port to pod port; a service port that is missing here is not served by this endpoint
public record Candidate(Occupant occupant, InetAddress address, Readiness readiness, Map<PortKey, Integer> ports) {
    public Candidate {
        ports = Map.copyOf(ports);
    }

    /// Whether it can be said whose policies hold there.
    public boolean isKnown() {
        return !(occupant instanceof Occupant.Unknown);
    }

    /// Empty for an endpoint that is no pod, and while it is not known who it is.
    public Optional<Endpoint.Pod> pod() {
        return occupant instanceof Occupant.Pod(var pod) ? Optional.of(pod) : Optional.empty();
    }

    Candidate occupiedBy(Occupant now) {
        return new Candidate(now, address, readiness, ports);
    }
}
