package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.RouteTable.Import;
import dev.sekisho.gateway.routes.RouteTable.Source;
import dev.sekisho.gateway.streams.BackendChoice.Target;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a stream of a local pod may go. Pure.
sealed interface Destinations {
    /// @param choices at least one, in no order
    record Allowed(List<Destination> choices) implements Destinations {
        public Allowed {
            choices = List.copyOf(choices);
        }
    }

    record None(StreamOutcome outcome) implements Destinations {}

    sealed interface Destination {
        ClusterName cluster();

        /// Why it would be denied if policies were enforced.
        Optional<Verdict.Denied> audited();

        /// Whether it is tried only when there is no cluster with a ready endpoint, or none that can be reached.
        boolean isLastResort();

        /// This cluster's own endpoints.
        record Local(ClusterName cluster, List<Target> targets, Optional<Verdict.Denied> audited)
                implements Destination {
            public Local {
                targets = List.copyOf(targets);
            }

            @Override
            public boolean isLastResort() {
                return !targets.getFirst().backend().readiness().isReady();
            }
        }

        record Remote(Source source, Optional<Verdict.Denied> audited) implements Destination {
            @Override
            public ClusterName cluster() {
                return source.cluster();
            }

            @Override
            public boolean isLastResort() {
                return !source.readiness().isReady();
            }
        }
    }

    /// @param from the caller's address
    static Destinations of(RouteTable table, InetAddress from, ServiceName service, PortKey port) {
        var caller = table.callers().get(from);
        if (caller == null) {
            return new None(new StreamOutcome.UnknownCaller(NetUtil.toAddressString(from)));
        }
        var wanted = table.imports().get(service);
        if (wanted == null) {
            return new None(new StreamOutcome.NotExported(service, port));
        }
        return of(table, caller, wanted, port);
    }

    /// @param port exactly this port must be exposed where the stream goes
    private static Destinations of(RouteTable table, Endpoint.Pod caller, Import service, PortKey port) {
        var choices = new ArrayList<Destination>();
        Optional<Verdict.Denied> denied = Optional.empty();
        var exposed = false;
        for (var source : service.sources()) {
            if (!source.ports().containsKey(port)) {
                continue;
            }
            exposed = true;
            if (source.cluster().equals(table.cluster())) {
                var choice = BackendChoice.of(
                        Optional.ofNullable(table.exports().get(service.name())),
                        port,
                        (backend, targetPort) -> Verdicts.local(table, caller, backend, port, targetPort));
                switch (choice) {
                    case BackendChoice.Allowed(List<Target> targets, var audited) ->
                        choices.add(new Destination.Local(source.cluster(), targets, audited));
                    case BackendChoice.Denied(Verdict.Denied verdict) -> denied = denied.or(() -> Optional.of(verdict));
                    case BackendChoice.NotExported _, BackendChoice.NoEndpoint _ -> {}
                }
            } else if (source.readiness() != Readiness.NOT_READY) {
                switch (Verdicts.remote(table, caller, service.name(), source, port)) {
                    case Verdict.Allowed verdict -> choices.add(new Destination.Remote(source, verdict.audited()));
                    case Verdict.Denied verdict -> denied = denied.or(() -> Optional.of(verdict));
                }
            }
        }
        if (!choices.isEmpty()) {
            var enforced = choices.stream()
                    .filter(choice -> choice.audited().isEmpty())
                    .toList();
            return new Allowed(enforced.isEmpty() ? choices : enforced);
        }
        if (denied.isPresent()) {
            return new None(Verdicts.refused(denied.get()));
        }
        return new None(
                exposed
                        ? new StreamOutcome.NoEndpoint(service.name(), port)
                        : new StreamOutcome.NotExported(service.name(), port));
    }
}
