package dev.sekisho.controlplane.kubernetes.write;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// UDP ports that leave a derived Service which stays. kube-proxy ends the flows of a port when it sees it without
/// endpoints, and not when it sees it gone ([LeavingServices]): so a port stays for as long as kube-proxy may need to
/// look once, under a name that no endpoint has. Used by one thread at a time.
final class LeavingPorts {
    private static final String UDP = "UDP";

    private final InstantSource clock;
    private Map<Leaving, Instant> before = Map.of();
    private final Map<Leaving, Instant> now = new HashMap<>();
    private boolean waiting;

    private record Leaving(String serviceUid, int port) {}

    LeavingPorts(InstantSource clock) {
        this.clock = clock;
    }

    /// Whatever is not asked for until the next one is forgotten.
    void newRound() {
        before = Map.copyOf(now);
        now.clear();
        waiting = false;
    }

    /// The Service to be written: `wanted`, and what leaves it and has to stay a while.
    ///
    /// @param seen what stands
    Service keptBy(Service wanted, Optional<Service> seen) {
        var ports = wanted.getSpec().getPorts();
        // Beside others a port must have a name, and its endpoints the same one.
        if (seen.isEmpty() || ports.stream().anyMatch(port -> port.getName().isEmpty())) {
            return wanted;
        }
        var numbers = ports.stream()
                .filter(LeavingPorts::isUdp)
                .map(ServicePort::getPort)
                .collect(Collectors.toSet());
        var kept = seen.get().getSpec().getPorts().stream()
                .filter(port -> isUdp(port) && !numbers.contains(port.getPort()))
                .filter(port -> stays(new Leaving(seen.get().getMetadata().getUid(), port.getPort())))
                .map(LeavingPorts::withoutEndpoints)
                .toList();
        return kept.isEmpty() ? wanted : with(wanted, kept);
    }

    private static boolean isUdp(ServicePort port) {
        return UDP.equals(port.getProtocol());
    }

    private boolean stays(Leaving port) {
        var time = clock.instant();
        var first = before.getOrDefault(port, time);
        // A clock that was set back begins anew.
        var since = first.isAfter(time) ? time : first;
        now.put(port, since);
        var stays = since.plus(LeavingServices.STAY).isAfter(time);
        waiting |= stays;
        return stays;
    }

    private static ServicePort withoutEndpoints(ServicePort port) {
        return new ServicePortBuilder()
                .withName("leaving-udp-" + port.getPort())
                .withProtocol(UDP)
                .withPort(port.getPort())
                .withTargetPort(port.getTargetPort())
                .build();
    }

    private static Service with(Service wanted, List<ServicePort> kept) {
        return new ServiceBuilder(wanted)
                .editSpec()
                .withPorts(Stream.concat(wanted.getSpec().getPorts().stream(), kept.stream())
                        .toList())
                .endSpec()
                .build();
    }

    /// Whether some are left for a later write.
    boolean waiting() {
        return waiting;
    }
}
