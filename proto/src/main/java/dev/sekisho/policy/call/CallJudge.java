package dev.sekisho.policy.call;

import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.call.CallAnswer.Target;
import dev.sekisho.policy.call.Offer.Standing;
import dev.sekisho.policy.compiled.PolicySet;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers the one question of the product: may this caller reach that service, and which of its endpoints? Whoever
/// carries, explains or foretells a call asks here and presents the answer. Pure; any thread.
public final class CallJudge {
    private static final CallAnswer.NotExported NOT_EXPORTED = new CallAnswer.NotExported();
    private static final CallAnswer.NoEndpoint NO_ENDPOINT = new CallAnswer.NoEndpoint();

    private CallJudge() {}

    /// A candidate that serves the port, and what is said of a call to it, also where nobody calls it.
    ///
    /// @param passage empty while nobody can say whose policies hold there
    public record Considered(Candidate candidate, Standing standing, Optional<Passage> passage) {
        /// Whether the call may go there.
        public boolean takesCall() {
            return standing == Standing.CALLED
                    && passage.filter(way -> way.decisive().isAllowed()).isPresent();
        }
    }

    /// May `caller` reach an endpoint of this cluster?
    ///
    /// @param policies of this cluster
    /// @param caller of this cluster, or of a peer whose lane vouches for it: its egress has been judged
    ///     over there
    public static CallAnswer.Here here(PolicySet policies, Endpoint.Pod caller, Offer offer, PortKey port) {
        if (!offer.exposes(port)) {
            return NOT_EXPORTED;
        }
        var targets = new ArrayList<Target>();
        CallAnswer.@Nullable Denied denied = null;
        @Nullable Candidate inDoubt = null;
        var called = offer.called(port);
        for (var candidate : offer.candidates()) {
            var podPort = candidate.ports().get(port);
            if (podPort == null) {
                continue;
            }
            switch (Offer.standing(candidate, called)) {
                case CALLED -> {
                    switch (passage(policies, caller, candidate, port, podPort).decisive()) {
                        case Verdict.Allowed verdict -> add(targets, candidate, podPort, verdict);
                        case Verdict.Denied denial ->
                            denied = denied == null ? new CallAnswer.Denied(denial, candidate) : denied;
                    }
                }
                case IN_DOUBT -> inDoubt = inDoubt == null ? candidate : inDoubt;
                case LAST_RESORT, NOT_READY -> {}
            }
        }
        if (!targets.isEmpty()) {
            return new CallAnswer.Allowed(targets);
        }
        if (denied != null) {
            return denied;
        }
        return inDoubt == null ? NO_ENDPOINT : new CallAnswer.InDoubt(inDoubt);
    }

    /// Where policy is only audited, a call goes where it would go if it were not, as long as it would go anywhere.
    private static void add(List<Target> targets, Candidate candidate, int port, Verdict.Allowed verdict) {
        if (!targets.isEmpty()) {
            var areLetThrough = targets.getFirst().verdict().audited().isPresent();
            if (verdict.audited().isPresent() && !areLetThrough) {
                return;
            }
            if (verdict.audited().isEmpty() && areLetThrough) {
                targets.clear();
            }
        }
        targets.add(new Target(candidate, new InetSocketAddress(candidate.address(), port), verdict));
    }

    /// Each candidate that serves the port, for those who say why a call goes where it goes.
    public static List<Considered> considered(PolicySet policies, Endpoint.Pod caller, Offer offer, PortKey port) {
        var called = offer.called(port);
        return offer.candidates().stream()
                .filter(candidate -> offer.exposes(port) && candidate.ports().containsKey(port))
                .map(candidate -> new Considered(
                        candidate, Offer.standing(candidate, called), passage(policies, caller, candidate, port)))
                .toList();
    }

    /// May `caller` of this cluster call the service in another one? That cluster's own denial is foretold where it has
    /// published its rules; its permission is not.
    public static CallAnswer.Elsewhere elsewhere(
            PolicySet policies, Endpoint.Pod caller, RemoteOffer offer, PortKey port) {
        if (!offer.ports().containsKey(port)) {
            return NOT_EXPORTED;
        }
        if (offer.readiness() == Readiness.NOT_READY) {
            return NO_ENDPOINT;
        }
        return switch (again(policies, caller, offer, port)) {
            case Verdict.Allowed egress -> new CallAnswer.Onward(egress);
            case Verdict.Denied denied -> new CallAnswer.Withheld(denied);
        };
    }

    /// What the caller's own cluster says of a call to another one.
    public static Verdict egress(PolicySet policies, Endpoint.Pod caller, RemoteOffer offer, PortKey port) {
        return policies.egress(caller, offer.destination(port), port.transport(), port.number());
    }

    /// May a call that was let go to another cluster go on, whether or not that would be called now?
    public static Verdict again(PolicySet policies, Endpoint.Pod caller, RemoteOffer offer, PortKey port) {
        var destination = offer.destination(port);
        var egress = policies.egress(caller, destination, port.transport(), port.number());
        if (egress instanceof Verdict.Denied || offer.ingress().isEmpty()) {
            return egress;
        }
        var refusal = offer.ingress().get().refusal(caller, port.transport(), destination.targets());
        return refusal.isPresent() ? refusal.get() : egress;
    }

    /// May a call that was let go to an endpoint of this cluster go on, whether or not that would be called now?
    ///
    /// @param target as it is known now, see [Roster#asOf]
    public static Verdict again(PolicySet policies, Endpoint.Pod caller, Candidate target, PortKey port, int podPort) {
        return target.isKnown()
                ? passage(policies, caller, target, port, podPort).decisive()
                : Verdict.Denied.because(
                        Direction.INGRESS,
                        "nobody can say whose policies hold at "
                                + target.address().getHostAddress(),
                        policies.version());
    }

    /// The flow to the candidate; empty while nobody can say whose policies hold there, and where the port is not
    /// served.
    public static Optional<Passage> passage(
            PolicySet policies, Endpoint.Pod caller, Candidate candidate, PortKey port) {
        return Optional.ofNullable(candidate.ports().get(port))
                .filter(_ -> candidate.isKnown())
                .map(podPort -> passage(policies, caller, candidate, port, podPort));
    }

    private static Passage passage(
            PolicySet policies, Endpoint.Pod caller, Candidate candidate, PortKey port, int podPort) {
        var end = switch (candidate.occupant()) {
            case Occupant.Pod(var pod) -> pod;
            case Occupant.NoPod(var address) -> address;
            case Occupant.Unknown _ ->
                throw new IllegalArgumentException("nobody knows who is at " + candidate.address());
        };
        return new Passage(policies, caller, end, port.transport(), podPort);
    }
}
