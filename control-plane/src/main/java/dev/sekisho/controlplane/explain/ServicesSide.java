package dev.sekisho.controlplane.explain;

import dev.sekisho.controlplane.explain.Explanation.Candidate;
import dev.sekisho.controlplane.explain.Explanation.Ingress;
import dev.sekisho.controlplane.explain.Explanation.Side;
import dev.sekisho.controlplane.reconcile.Situation;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.Allowed;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.call.CallJudge.Considered;
import dev.sekisho.policy.call.Offer.Standing;
import dev.sekisho.policy.call.Passage;
import dev.sekisho.policy.codec.CallerCodec;
import dev.sekisho.policy.v1.Protocol;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What is said of a call on the side of the service, endpoint by endpoint. As of one [Situation]; any thread.
final class ServicesSide {
    /// Together they stay well below what a message between control planes may hold.
    private static final int MOST_REASONS = 50;
    private static final int LONGEST_REASON = 500;

    private final ClusterName cluster;
    private final Situation now;

    ServicesSide(ClusterName cluster, Situation now) {
        this.cluster = cluster;
        this.now = now;
    }

    /// To a caller of this cluster.
    Side side(Endpoint.Pod caller, ServiceName service, PortKey port) {
        var considered = considered(caller, service, port);
        var egress = considered.stream()
                .filter(each -> each.passage().isPresent())
                .min(Comparator.comparingInt(ServicesSide::rank))
                .flatMap(Considered::passage)
                .flatMap(Passage::egress)
                .orElseGet(() -> Denied.because(
                        Direction.EGRESS,
                        considered.isEmpty()
                                ? service + " has no endpoint for " + port
                                : "of no endpoint of " + service + " for " + port
                                        + " it is known whose policies hold there",
                        now.policies().version()));
        return new Side(
                cluster, egress, Optional.of(ingress(service, port, considered)), "", Optional.empty(), List.of());
    }

    /// Which endpoint says most of a call: one that takes it, one that egress allows, one that could take it.
    private static int rank(Considered considered) {
        if (considered.takesCall()) {
            return 0;
        }
        if (considered.standing() != Standing.CALLED) {
            return 3;
        }
        return leaves(considered) ? 1 : 2;
    }

    /// Whether egress lets the call out to it, as far as this cluster decides that.
    private static boolean leaves(Considered considered) {
        return considered
                .passage()
                .flatMap(Passage::egress)
                .map(Verdict::isAllowed)
                .orElse(true);
    }

    /// To a caller of a peer. Only what is exported is talked about.
    ///
    /// @param peer the authenticated asker; what the request says of the caller's cluster does not count
    ExplainReply answer(ClusterName peer, ExplainRequest request) {
        try {
            var service = new ServiceName(request.getNamespace(), request.getName());
            if (!now.plan().exports().containsKey(service)) {
                return refusal("cluster " + cluster + " does not export " + service);
            }
            var caller = CallerCodec.fromWire(request.getCaller(), peer);
            // An asker of before UDP says no protocol.
            var transport = request.getProtocol() == Protocol.PROTOCOL_UNSPECIFIED
                    ? Transport.TCP
                    : Transport.of(request.getProtocol());
            var port = new PortKey(transport, request.getPort());
            var ingress = ingress(service, port, considered(caller, service, port));
            return ExplainReply.newBuilder()
                    .setAllowed(ingress.allowed())
                    .addAllReasons(ingress.reasons())
                    .setPolicyVersion(ingress.policyVersion())
                    .build();
        } catch (IllegalArgumentException e) {
            return refusal("the question cannot be read: " + e.getMessage());
        }
    }

    private ExplainReply refusal(String reason) {
        return ExplainReply.newBuilder()
                .setAllowed(false)
                .addReasons(reason)
                .setPolicyVersion(now.policies().version())
                .build();
    }

    private List<Considered> considered(Endpoint.Pod caller, ServiceName service, PortKey port) {
        return CallJudge.considered(now.policies(), caller, now.plan().local().offer(service), port);
    }

    private Ingress ingress(ServiceName service, PortKey port, List<Considered> considered) {
        var reasons = new ArrayList<String>();
        var candidates = new ArrayList<Candidate>();
        for (var each : considered) {
            if (reasons.size() == MOST_REASONS) {
                reasons.add("and " + (considered.size() - MOST_REASONS) + " more endpoints");
                break;
            }
            var verdict = each.passage().map(this::ingress);
            var what = verdict.map(VerdictText::of).orElse("denied: no pod is known there yet")
                    + (leaves(each) ? "" : "; egress to it is denied");
            reasons.add(bounded(inWords(service, each, what)));
            verdict.ifPresent(judged -> candidates.add(
                    new Candidate(who(service, each), each.candidate().readiness(), judged)));
        }
        if (reasons.isEmpty()) {
            reasons.add(service + " has no endpoint for " + port);
        }
        return new Ingress(isAllowed(considered), reasons, now.policies().version(), candidates);
    }

    /// Where egress denies every endpoint, what ingress says stands by itself.
    private boolean isAllowed(List<Considered> considered) {
        var called = considered.stream()
                .filter(each -> each.standing() == Standing.CALLED)
                .toList();
        return called.stream().anyMatch(Considered::takesCall)
                || (called.stream().noneMatch(ServicesSide::leaves)
                        && called.stream()
                                .flatMap(each -> each.passage().stream())
                                .anyMatch(passage -> ingress(passage).isAllowed()));
    }

    /// No policy isolates what is no pod of its own address.
    private Verdict ingress(Passage passage) {
        return passage.ingress()
                .orElseGet(() -> new Allowed(
                        Direction.INGRESS, Optional.empty(), now.policies().version()));
    }

    private static String bounded(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
    }

    /// The pod that it is said to be; where none is named, its address.
    private String who(ServiceName service, Considered considered) {
        var address = considered.candidate().address();
        return now.plan().local().backends().getOrDefault(service, List.of()).stream()
                .filter(backend -> backend.address().equals(address))
                .flatMap(backend -> backend.pod().stream())
                .map(PodName::toString)
                .findFirst()
                .orElseGet(address::getHostAddress);
    }

    private String inWords(ServiceName service, Considered considered, String what) {
        var readiness = switch (considered.candidate().readiness()) {
            case READY -> "";
            case TERMINATING -> " (terminating)";
            case NOT_READY -> " (not ready)";
        };
        return who(service, considered) + readiness + ": " + what;
    }
}
