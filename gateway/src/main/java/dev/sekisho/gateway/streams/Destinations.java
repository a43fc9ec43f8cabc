package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.RouteTable.Import;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.call.CallAnswer;
import dev.sekisho.policy.call.CallAnswer.Target;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.call.RemoteOffer;
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
                return !targets.getFirst().candidate().readiness().isReady();
            }
        }

        record Remote(RemoteOffer source, Optional<Verdict.Denied> audited) implements Destination {
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
                switch (CallJudge.here(table.policies(), caller, table.offer(service.name()), port)) {
                    case CallAnswer.Allowed allowed ->
                        choices.add(new Destination.Local(source.cluster(), allowed.targets(), allowed.audited()));
                    case CallAnswer.Denied(var verdict, var _) -> denied = denied.or(() -> Optional.of(verdict));
                    case CallAnswer.NotExported _, CallAnswer.NoEndpoint _, CallAnswer.InDoubt _ -> {}
                }
            } else {
                switch (CallJudge.elsewhere(table.policies(), caller, source, port)) {
                    case CallAnswer.Onward(var egress) -> choices.add(new Destination.Remote(source, egress.audited()));
                    case CallAnswer.Withheld(var verdict) -> denied = denied.or(() -> Optional.of(verdict));
                    case CallAnswer.NotExported _, CallAnswer.NoEndpoint _ -> {}
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
