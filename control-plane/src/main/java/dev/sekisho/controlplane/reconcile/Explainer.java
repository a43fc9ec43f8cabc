package dev.sekisho.controlplane.reconcile;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Callers;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.reconcile.Explanation.Candidate;
import dev.sekisho.controlplane.reconcile.Explanation.Ingress;
import dev.sekisho.controlplane.reconcile.Explanation.Side;
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
import dev.sekisho.policy.Verdict.RuleName;
import dev.sekisho.policy.call.CallAnswer;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.call.CallJudge.Considered;
import dev.sekisho.policy.call.Offer.Standing;
import dev.sekisho.policy.call.Passage;
import dev.sekisho.policy.codec.CallerCodec;
import dev.sekisho.policy.v1.Protocol;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Says whether a call would pass and who decides that, as of one [Situation], by the judge that also decides it on
/// the data path. Any thread.
public final class Explainer {
    /// Together they stay well below what a message between control planes may hold.
    private static final int MOST_REASONS = 50;
    private static final int LONGEST_REASON = 500;

    private final ClusterName cluster;
    private final Situation now;
    private final PeerLinks links;

    Explainer(ClusterName cluster, Situation now, PeerLinks links) {
        this.cluster = cluster;
        this.now = now;
        this.links = links;
    }

    /// Judges a call of one of our pods, on both sides and for each cluster that exposes the port.
    ///
    /// @param from the pod, `namespace/pod` or the address that it calls from
    /// @param to the service: `namespace/service`, an address that its import has, or that of a pod behind it
    /// @return always succeeds; what could not be asked is said in it
    /// @throws IllegalArgumentException when an end is neither a name nor an address
    public Future<Explanation> explain(String from, String to, PortKey port) {
        var caller = caller(from);
        var service = service(to);
        if (caller.isEmpty()) {
            return impossible(
                    from,
                    to,
                    port,
                    InetAddresses.isInetAddress(from)
                            ? nobodyAt(from)
                            : "no pod " + from
                                    + " with an address of its own, in a namespace that is known, is in cluster "
                                    + cluster);
        }
        var name = caller.get().name().toString();
        if (service.isEmpty()) {
            return impossible(name, to, port, "no import, and no pod behind an export, has the address " + to);
        }
        var wanted = service.get();
        var imported = Optional.ofNullable(now.plan().imports().get(wanted));
        if (imported.isEmpty()) {
            return impossible(
                    name, wanted.toString(), port, "no cluster exports " + wanted + " to namespaces that are here");
        }
        var sources = imported.get().sources().stream()
                .filter(source -> source.exposes(port))
                .toList();
        if (sources.isEmpty()) {
            return impossible(name, wanted.toString(), port, "no cluster that exports " + wanted + " exposes " + port);
        }
        var sides =
                sources.stream().map(source -> side(caller.get(), source, port)).toList();
        return Future.all(sides)
                .map(all ->
                        new Explanation(cluster, name, wanted.toString(), port, Optional.empty(), all.<Side>list()));
    }

    private Future<Explanation> impossible(String from, String to, PortKey port, String problem) {
        return Future.succeededFuture(new Explanation(cluster, from, to, port, Optional.of(problem), List.of()));
    }

    private String nobodyAt(String text) {
        var address = InetAddresses.forString(text);
        return now.view().pods().values().stream()
                        .anyMatch(pod -> now.view().isPolicySubject(pod)
                                && pod.addresses().contains(address))
                ? "several pods of this cluster have the address " + text + ", so it is nobody's"
                : "no pod of this cluster has the address " + text;
    }

    /// A pod of several addresses that is asked for by its name calls from the first of them.
    private Optional<Endpoint.Pod> caller(String text) {
        var callers = Callers.of(cluster, now.view());
        return InetAddresses.isInetAddress(text)
                ? callers.at(InetAddresses.forString(text))
                : callers.named(PodName.parse(text)).stream().findFirst();
    }

    private Optional<ServiceName> service(String text) {
        if (!InetAddresses.isInetAddress(text)) {
            return Optional.of(ServiceName.parse(text));
        }
        var address = InetAddresses.forString(text);
        return now.plan().imports().values().stream()
                .filter(imported -> imported.ips().contains(address))
                .map(Import::name)
                .findFirst()
                .or(() -> now.plan().exports().keySet().stream()
                        .filter(export -> now.plan().local().backends().getOrDefault(export, List.of()).stream()
                                .anyMatch(backend -> backend.address().equals(address)))
                        .min(Comparator.comparing(ServiceName::toString)));
    }

    private Future<Side> side(Endpoint.Pod caller, Export source, PortKey port) {
        return source.cluster().equals(cluster)
                ? Future.succeededFuture(ownSide(caller, source.name(), port))
                : peerSide(caller, source, port);
    }

    private Side ownSide(Endpoint.Pod caller, ServiceName service, PortKey port) {
        var considered = considered(caller, service, port);
        var egress = considered.stream()
                .filter(each -> each.passage().isPresent())
                .min(Comparator.comparingInt(Explainer::rank))
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

    private Future<Side> peerSide(Endpoint.Pod caller, Export source, PortKey port) {
        var peer = source.cluster();
        var offer = source.offer();
        var egress = CallJudge.egress(now.policies(), caller, offer, port);
        var withheld = withheld(CallJudge.elsewhere(now.policies(), caller, offer, port), peer);
        var whoAnswers = "which pod of cluster " + peer
                + " answers: egress is judged by what all that may answer have in common";
        return links.explain(peer, question(caller, source.name(), port))
                .map(reply -> new Side(
                        peer,
                        egress,
                        Optional.of(new Ingress(reply.getAllowed(), reply.getReasonsList(), reply.getPolicyVersion())),
                        "",
                        withheld,
                        List.of(whoAnswers)))
                .otherwise(failure -> new Side(
                        peer,
                        egress,
                        Optional.empty(),
                        Optional.ofNullable(failure.getMessage()).orElse("could not be asked"),
                        withheld,
                        List.of(whoAnswers, "what the policies of cluster " + peer + " say of the caller")));
    }

    /// Why no gateway here sends the call there, where egress does not say so already.
    private static Optional<String> withheld(CallAnswer.Elsewhere answer, ClusterName peer) {
        return switch (answer) {
            case CallAnswer.Withheld(var verdict)
            when verdict.direction() == Direction.INGRESS -> Optional.of(inWords(verdict));
            case CallAnswer.NoEndpoint _ -> Optional.of("cluster " + peer + " reports no endpoint that takes calls");
            case CallAnswer.Withheld _, CallAnswer.Onward _, CallAnswer.NotExported _ -> Optional.empty();
        };
    }

    private static ExplainRequest question(Endpoint.Pod caller, ServiceName service, PortKey port) {
        return ExplainRequest.newBuilder()
                .setCaller(CallerCodec.toWire(caller))
                .setNamespace(service.namespace())
                .setName(service.name())
                .setPort(port.number())
                .setProtocol(port.transport().toWire())
                .build();
    }

    /// Answers a peer. Only what is exported is talked about.
    ///
    /// @param peer the authenticated asker; what the request says of the caller's cluster does not count
    public ExplainReply judge(ClusterName peer, ExplainRequest request) {
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
            var what = verdict.map(Explainer::inWords).orElse("denied: no pod is known there yet")
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
                || (called.stream().noneMatch(Explainer::leaves)
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

    /// One line that says who decided, and who before that handed the decision on.
    public static String inWords(Verdict verdict) {
        var passed = verdict.passedBy().isEmpty() ? "" : " (passed on by " + listed(verdict.passedBy()) + ")";
        return switch (verdict) {
            case Allowed allowed
            when allowed.audited().isPresent() ->
                "allowed as policies are only audited; enforced it would be "
                        + inWords(allowed.audited().get());
            case Allowed allowed ->
                allowed.by().map(rule -> "allowed by " + rule).orElse("allowed: no policy isolates the pod") + passed;
            case Denied denied -> "denied" + decidedBy(denied) + ": " + denied.nearestMiss() + passed;
        };
    }

    private static String decidedBy(Denied denied) {
        return denied.by()
                .map(rule -> " by " + rule)
                .orElse(denied.isolatedBy().isEmpty() ? "" : " by " + denied.isolatedBy());
    }

    private static String listed(List<RuleName> rules) {
        return rules.stream().map(RuleName::toString).collect(Collectors.joining(", "));
    }
}
