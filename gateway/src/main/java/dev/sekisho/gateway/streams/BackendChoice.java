package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.routes.RouteTable.Backend;
import dev.sekisho.gateway.routes.RouteTable.Export;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.policy.Verdict;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which local backends may serve a stream. Pure.
sealed interface BackendChoice {
    /// @param targets at least one; all are ready, or all terminate and still serve
    /// @param audited why none of them would be allowed if policies were enforced
    record Allowed(List<Target> targets, Optional<Verdict.Denied> audited) implements BackendChoice {
        public Allowed {
            targets = List.copyOf(targets);
        }
    }

    /// Every backend that takes calls is denied.
    record Denied(Verdict.Denied verdict) implements BackendChoice {}

    record NotExported() implements BackendChoice {}

    record NoEndpoint() implements BackendChoice {}

    /// @param address where the pod listens
    record Target(Backend backend, InetSocketAddress address) {}

    /// What policy says of one backend.
    interface Judge {
        /// @param targetPort the pod port
        Verdict of(Backend backend, int targetPort);
    }

    /// @param export the service, if it is exported here
    /// @param port the service port; a backend that does not expose it is never chosen
    static BackendChoice of(Optional<Export> export, PortKey port, Judge judge) {
        if (export.isEmpty()
                || export.get().ports().stream()
                        .noneMatch(exposed -> exposed.key().equals(port))) {
            return new NotExported();
        }
        var allowed = new ArrayList<Target>();
        // Where policy is only audited, a stream goes where it would go if it were not, as long as it would go
        // anywhere.
        var letThrough = new ArrayList<Target>();
        Optional<Verdict.Denied> audited = Optional.empty();
        Optional<Verdict.Denied> denied = Optional.empty();
        var backends = export.get().backends();
        var wanted = wanted(backends, port);
        for (var backend : backends) {
            var targetPort = backend.ports().get(port);
            if (backend.readiness() == wanted && targetPort != null) {
                var target = new Target(backend, new InetSocketAddress(backend.address(), targetPort));
                switch (judge.of(backend, targetPort)) {
                    case Verdict.Allowed verdict
                    when verdict.audited().isPresent() -> {
                        letThrough.add(target);
                        audited = audited.or(verdict::audited);
                    }
                    case Verdict.Allowed _ -> allowed.add(target);
                    case Verdict.Denied denial -> denied = denied.or(() -> Optional.of(denial));
                }
            }
        }
        if (!allowed.isEmpty()) {
            return new Allowed(allowed, Optional.empty());
        }
        if (!letThrough.isEmpty()) {
            return new Allowed(letThrough, audited);
        }
        return denied.<BackendChoice>map(Denied::new).orElseGet(NoEndpoint::new);
    }

    /// Those that terminate take calls only while none is ready, as behind kube-proxy.
    private static Readiness wanted(List<Backend> backends, PortKey port) {
        var anyReady = backends.stream()
                .anyMatch(backend ->
                        backend.readiness().isReady() && backend.ports().containsKey(port));
        return anyReady ? Readiness.READY : Readiness.TERMINATING;
    }
}
