package dev.sekisho.policy.call;

import dev.sekisho.policy.Verdict;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// What [CallJudge] says of a call.
public sealed interface CallAnswer {
    /// To endpoints of this cluster.
    sealed interface Here extends CallAnswer {}

    /// To another cluster.
    sealed interface Elsewhere extends CallAnswer {}

    /// @param targets at least one; all are ready, or all terminate and still serve. When policies only audit, and only
    ///     then, all of them are let through
    record Allowed(List<Target> targets) implements Here {
        public Allowed {
            targets = List.copyOf(targets);
        }

        /// Why none of them would be allowed if policies were enforced.
        public Optional<Verdict.Denied> audited() {
            return targets.getFirst().verdict().audited();
        }
    }

    /// @param address where the candidate listens
    record Target(Candidate candidate, InetSocketAddress address, Verdict.Allowed verdict) {}

    /// It may go there, and what happens to it is decided there.
    record Onward(Verdict.Allowed egress) implements Elsewhere {}

    /// Every endpoint that would take the call is denied.
    ///
    /// @param verdict of the first of them
    record Denied(Verdict.Denied verdict, Candidate first) implements Here {}

    /// It may not go there: egress is denied here, or ingress by what the other cluster has published.
    record Withheld(Verdict.Denied verdict) implements Elsewhere {}

    /// The service is not exported there, or not with this port.
    record NotExported() implements Here, Elsewhere {}

    /// Nothing behind it takes calls.
    record NoEndpoint() implements Here, Elsewhere {}

    /// Of the endpoints that take calls nobody can say whose policies hold there, so nothing is sent to them.
    ///
    /// @param first one of them
    record InDoubt(Candidate first) implements Here {}
}
