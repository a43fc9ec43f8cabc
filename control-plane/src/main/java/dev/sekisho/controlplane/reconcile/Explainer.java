package dev.sekisho.controlplane.reconcile;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Backend;
import dev.sekisho.controlplane.clusterset.Backends;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.clusterset.PodAddresses;
import dev.sekisho.controlplane.reconcile.Explanation.Candidate;
import dev.sekisho.controlplane.reconcile.Explanation.Ingress;
import dev.sekisho.controlplane.reconcile.Explanation.Side;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.Allowed;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.Verdict.RuleName;
import dev.sekisho.policy.v1.Protocol;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import dev.sekisho.tunnel.v1.Caller;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Says whether a call would pass and who decides that, as of one [Situation], by the code that also decides it on the
/// data path. Any thread.
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

    /// Judges a TCP call of one of our pods, on both sides and for each cluster that exposes the port.
    ///
    /// @return always succeeds; what could not be asked is said in it
    public Future<Explanation> explain(PodName from, ServiceName to, int port) {
        var pod = Optional.ofNullable(now.view().pods().get(from)).filter(now.view()::isPolicySubject);
        if (pod.isEmpty()) {
            return Future.succeededFuture(Explanation.impossible(
                    cluster,
                    from,
                    to,
                    port,
                    "no pod " + from + " with an address of its own, in a namespace that is known, is in cluster "
                            + cluster));
        }
        var imported = Optional.ofNullable(now.plan().imports().get(to));
        if (imported.isEmpty()) {
            return Future.succeededFuture(Explanation.impossible(
                    cluster, from, to, port, "no cluster exports " + to + " to namespaces that are here"));
        }
        var key = new PortKey(Transport.TCP, port);
        var sources = sourcesOf(imported.get(), key);
        if (sources.isEmpty()) {
            return Future.succeededFuture(Explanation.impossible(
                    cluster, from, to, port, "no cluster that exports " + to + " exposes " + key));
        }
        var caller = toEndpoint(pod.get(), pod.get().addresses().getFirst());
        var sides = sources.stream().map(source -> side(caller, source, key)).toList();
        return Future.all(sides)
                .map(all -> new Explanation(cluster, from, to, port, Optional.empty(), all.<Side>list()));
    }

    /// The pod that is meant by `namespace/pod` or by its address; empty when no pod here has that address.
    ///
    /// @throws IllegalArgumentException when the text is neither
    public Optional<PodName> pod(String text) {
        if (!InetAddresses.isInetAddress(text)) {
            return Optional.of(PodName.parse(text));
        }
        var address = InetAddresses.forString(text);
        return now.view().pods().values().stream()
                .filter(pod ->
                        now.view().isPolicySubject(pod) && pod.addresses().contains(address))
                .map(Pod::name)
                .findFirst();
    }

    /// The service that is meant by `namespace/service`, by an address that its import has, or by the address of a pod
    /// behind it; empty when nothing here has that address.
    ///
    /// @throws IllegalArgumentException when the text is neither
    public Optional<ServiceName> service(String text) {
        if (!InetAddresses.isInetAddress(text)) {
            return Optional.of(ServiceName.parse(text));
        }
        var address = InetAddresses.forString(text);
        return now.plan().imports().values().stream()
                .filter(imported -> imported.ips().contains(address))
                .map(Import::name)
                .findFirst()
                .or(() -> now.plan().exports().keySet().stream()
                        .filter(export -> backends(export).stream()
                                .anyMatch(backend -> backend.address().equals(address)))
                        .min(Comparator.comparing(ServiceName::toString)));
    }

    private static List<Export> sourcesOf(Import imported, PortKey key) {
        return imported.sources().stream()
                .filter(source -> source.ports().stream()
                        .anyMatch(port -> port.port().key().equals(key)))
                .toList();
    }

    private Future<Side> side(Endpoint.Pod caller, Export source, PortKey key) {
        return source.cluster().equals(cluster)
                ? Future.succeededFuture(ownSide(caller, source.name(), key))
                : peerSide(caller, source, key);
    }

    private Side ownSide(Endpoint.Pod caller, ServiceName service, PortKey key) {
        var egress = new LinkedHashMap<Backend, Verdict>();
        for (Backend backend : backends(service)) {
            var target = backend.ports().get(key);
            if (target != null) {
                egress.put(backend, now.policies().egress(caller, destination(backend), key.transport(), target));
            }
        }
        var decisive = egress.entrySet().stream()
                .min(Comparator.comparingInt(each -> rank(caller, service, key, each.getKey(), each.getValue())))
                .map(Map.Entry::getValue)
                .orElseGet(() -> Denied.because(
                        Direction.EGRESS,
                        service + " has no endpoint for " + key,
                        now.policies().version()));
        // One endpoint has to be allowed by both sides.
        var ingress = ingress(
                caller,
                service,
                key,
                backend -> !decisive.isAllowed()
                        || Optional.ofNullable(egress.get(backend))
                                .map(Verdict::isAllowed)
                                .orElse(false));
        return new Side(cluster, decisive, Optional.of(ingress), "", List.of());
    }

    /// Which endpoint tells most of a call: one that takes it, one that egress allows, one that could take it.
    private int rank(Endpoint.Pod caller, ServiceName service, PortKey key, Backend backend, Verdict egress) {
        if (!isCalled(service, backend, key)) {
            return 3;
        }
        if (!egress.isAllowed()) {
            return 2;
        }
        return judge(caller, backend, key).map(Verdict::isAllowed).orElse(false) ? 0 : 1;
    }

    private Future<Side> peerSide(Endpoint.Pod caller, Export source, PortKey key) {
        List<TargetPort> targets = source.ports().stream()
                .filter(port -> port.port().key().equals(key))
                .flatMap(port -> port.targets().stream())
                .toList();
        var egress = now.policies()
                .egress(
                        caller,
                        new Endpoint.RemoteService(
                                source.cluster(), source.name(), source.podLabels(), source.namespaceLabels(), targets),
                        key.transport(),
                        key.number());
        var whoAnswers = "which pod of cluster " + source.cluster()
                + " answers: egress is judged by what all that may answer have in common";
        return links.explain(source.cluster(), question(caller, source.name(), key))
                .map(reply -> new Side(
                        source.cluster(),
                        egress,
                        Optional.of(new Ingress(reply.getAllowed(), reply.getReasonsList(), reply.getPolicyVersion())),
                        "",
                        List.of(whoAnswers)))
                .otherwise(failure -> new Side(
                        source.cluster(),
                        egress,
                        Optional.empty(),
                        Optional.ofNullable(failure.getMessage()).orElse("could not be asked"),
                        List.of(
                                whoAnswers,
                                "what the policies of cluster " + source.cluster() + " say of the caller")));
    }

    private ExplainRequest question(Endpoint.Pod caller, ServiceName service, PortKey key) {
        var asked = Caller.newBuilder()
                .setCluster(cluster.value())
                .setNamespace(caller.name().namespace())
                .setPod(caller.name().name())
                .setServiceAccount(caller.serviceAccount())
                .putAllPodLabels(caller.labels())
                .putAllNamespaceLabels(caller.namespaceLabels())
                .setAddress(caller.address().map(InetAddresses::toAddrString).orElse(""));
        return ExplainRequest.newBuilder()
                .setCaller(asked)
                .setNamespace(service.namespace())
                .setName(service.name())
                .setPort(key.number())
                .setProtocol(key.transport().toWire())
                .build();
    }

    /// Answers a peer. Only what is exported is talked about.
    ///
    /// @param peer the authenticated asker; what the request says of the caller's cluster does not count
    ExplainReply judge(ClusterName peer, ExplainRequest request) {
        try {
            var service = new ServiceName(request.getNamespace(), request.getName());
            if (!now.plan().exports().containsKey(service)) {
                return refusal("cluster " + cluster + " does not export " + service);
            }
            var asked = request.getCaller();
            var caller = new Endpoint.Pod(
                    peer,
                    new PodName(asked.getNamespace(), asked.getPod()),
                    asked.getPodLabelsMap(),
                    asked.getNamespaceLabelsMap(),
                    asked.getServiceAccount(),
                    Optional.of(asked.getAddress())
                            .filter(InetAddresses::isInetAddress)
                            .map(InetAddresses::forString),
                    List.of());
            var transport = request.getProtocol() == Protocol.PROTOCOL_UNSPECIFIED
                    ? Transport.TCP
                    : Transport.of(request.getProtocol());
            var ingress = ingress(caller, service, new PortKey(transport, request.getPort()), _ -> true);
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

    /// @param left whether egress lets the call out to an endpoint, as far as this cluster decides that
    private Ingress ingress(Endpoint.Pod caller, ServiceName service, PortKey key, Predicate<Backend> left) {
        var reasons = new ArrayList<String>();
        var candidates = new ArrayList<Candidate>();
        var untold = 0;
        var allowed = false;
        for (Backend backend : backends(service)) {
            if (!backend.ports().containsKey(key)) {
                continue;
            }
            var verdict = judge(caller, backend, key);
            allowed |= isCalled(service, backend, key)
                    && left.test(backend)
                    && verdict.map(Verdict::isAllowed).orElse(false);
            if (reasons.size() < MOST_REASONS) {
                var what = verdict.map(Explainer::inWords).orElse("denied: no pod is known there yet")
                        + (left.test(backend) ? "" : "; egress to it is denied");
                reasons.add(bounded(inWords(backend, what)));
                verdict.ifPresent(judged -> candidates.add(new Candidate(who(backend), backend.readiness(), judged)));
            } else {
                untold++;
            }
        }
        if (untold > 0) {
            reasons.add("and " + untold + " more endpoints");
        }
        if (reasons.isEmpty()) {
            reasons.add(service + " has no endpoint for " + key);
        }
        return new Ingress(allowed, reasons, now.policies().version(), candidates);
    }

    private static String bounded(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
    }

    /// Who is no pod, or shares its node's address, is isolated by no policy.
    ///
    /// @return empty while it is not known whose policies hold there, or where the port is not exposed
    private Optional<Verdict> judge(Endpoint.Pod caller, Backend backend, PortKey key) {
        return Optional.ofNullable(backend.ports().get(key))
                .filter(_ -> pods().isKnown(backend))
                .map(target -> destination(backend) instanceof Endpoint.Pod pod
                        ? now.policies().ingress(caller, pod, key.transport(), target)
                        : new Allowed(
                                Direction.INGRESS,
                                Optional.empty(),
                                now.policies().version()));
    }

    private boolean isCalled(ServiceName service, Backend backend, PortKey key) {
        return Backends.isCalled(backend, backends(service), pods(), key);
    }

    private List<Backend> backends(ServiceName export) {
        return now.plan().local().backends().getOrDefault(export, List.of());
    }

    private PodAddresses pods() {
        return now.plan().local().pods();
    }

    private Endpoint destination(Backend backend) {
        return pods().pod(backend)
                .<Endpoint>map(pod -> toEndpoint(pod, backend.address()))
                .orElseGet(() -> new Endpoint.Address(backend.address()));
    }

    /// @param address one of those that it has
    private Endpoint.Pod toEndpoint(Pod pod, InetAddress address) {
        return new Endpoint.Pod(
                cluster,
                pod.name(),
                pod.labels(),
                now.view().namespaces().getOrDefault(pod.name().namespace(), Map.of()),
                pod.serviceAccount(),
                Optional.of(address),
                pod.ports());
    }

    private static String who(Backend backend) {
        return backend.pod()
                .map(PodName::toString)
                .orElseGet(() -> backend.address().getHostAddress());
    }

    private static String inWords(Backend backend, String what) {
        var readiness = switch (backend.readiness()) {
            case READY -> "";
            case TERMINATING -> " (terminating)";
            case NOT_READY -> " (not ready)";
        };
        return who(backend) + readiness + ": " + what;
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
