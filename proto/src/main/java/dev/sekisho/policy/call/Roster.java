package dev.sekisho.policy.call;

import dev.sekisho.names.PodName;
import dev.sekisho.policy.Endpoint;
import java.net.InetAddress;
import java.util.Optional;

/// The pods of a cluster as they are known now: by whose labels a call that was let go earlier is judged again.
public interface Roster {
    /// The pod that calls from an address, and that takes what is sent there; empty when it is no pod's, or several
    /// have it.
    Optional<Endpoint.Pod> at(InetAddress address);

    Optional<Endpoint.Pod> named(PodName name);

    /// The pod as it is known now, at the same address; as it was when it is no longer there.
    default Endpoint.Pod asOf(Endpoint.Pod pod) {
        return pod.address()
                .flatMap(this::at)
                .filter(now -> now.name().equals(pod.name()))
                .or(() -> named(pod.name()))
                .orElse(pod);
    }

    /// The candidate that a call was let go to. The call stays with its pod, wherever the address went; what was no pod
    /// may since have been seen as one.
    default Candidate asOf(Candidate candidate) {
        return switch (candidate.occupant()) {
            case Occupant.Pod(var pod) -> candidate.occupiedBy(new Occupant.Pod(asOf(pod)));
            case Occupant.NoPod _, Occupant.Unknown _ ->
                at(candidate.address())
                        .map(pod -> candidate.occupiedBy(new Occupant.Pod(pod)))
                        .orElse(candidate);
        };
    }
}
