package dev.sekisho.controlplane.reconcile;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Backend;
import dev.sekisho.controlplane.clusterset.Backends;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Import;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        var pod = Optional.ofNullable(now.view().pods().get(from)).filter(known -> !known.hostNetwork());
        if (pod.isEmpty()) {
            return Future.succeededFuture(Explanation.impossible(
                    from, to, port, "no pod " + from + " with an address of its own is in cluster " + cluster));
        }
        var imported = Optional.ofNullable(now.plan().imports().get(to));
        if (imported.isEmpty()) {
            return Future.succeededFuture(Explanation.impossible(
                    from, to, port, "no cluster exports " + to + " to namespaces that are here"));
        }
        var key = new PortKey(Transport.TCP, port);
        var sources = sourcesOf(imported.get(), key);
        if (sources.isEmpty()) {
            return Future.succeededFuture(
                    Explanation.impossible(from, to, port, "no cluster that exports " + to + " exposes " + key));
        }
        var caller = toEndpoint(pod.get());
        var sides = sources.stream().map(source -> side(caller, source, key)).toList();
        return Future.all(sides).map(all -> new Explanation(from, to, port, Optional.empty(), all.<Side>list()));
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
                .filter(pod -> !pod.hostNetwork() && pod.addresses().contains(address))
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
                        .filter(export -> Backends.of(now.view(), export).stream()
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
        var egress = new ArrayList<Verdict>();
        for (Backend backend : Backends.of(now.view(), service)) {
            var target = backend.ports().get(key);
            if (target != null) {
                egress.add(now.policies().egress(caller, destination(backend), key.transport(), target));
            }
        }
        var decisive = egress.stream()
                .filter(Verdict::isAllowed)
                .findFirst()
                .or(() -> egress.stream().findFirst())
                .orElseGet(() -> Denied.because(
                        Direction.EGRESS,
                        service + " has no endpoint for " + key,
                        now.policies().version()));
        return new Side(cluster, decisive, Optional.of(ingress(caller, service, key)), "", List.of());
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
            var ingress = ingress(caller, service, new PortKey(transport, request.getPort()));
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

    private Ingress ingress(Endpoint.Pod caller, ServiceName service, PortKey key) {
        var reasons = new ArrayList<String>();
        var candidates = new ArrayList<Candidate>();
        var untold = 0;
        var allowed = false;
        for (Backend backend : Backends.of(now.view(), service)) {
            var target = backend.ports().get(key);
            if (target == null) {
                continue;
            }
            var verdict = isUnknownPod(backend) ? Optional.<Verdict>empty() : judge(caller, backend, key, target);
            allowed |= backend.ready() && verdict.map(Verdict::isAllowed).orElse(false);
            if (reasons.size() < MOST_REASONS) {
                var what = verdict.map(Explainer::inWords).orElse("denied: the pod is not known yet");
                reasons.add(bounded(inWords(backend, what)));
                verdict.ifPresent(judged -> candidates.add(new Candidate(who(backend), backend.ready(), judged)));
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
    private Optional<Verdict> judge(Endpoint.Pod caller, Backend backend, PortKey key, int target) {
        return Optional.of(
                destination(backend) instanceof Endpoint.Pod pod
                        ? now.policies().ingress(caller, pod, key.transport(), target)
                        : new Allowed(
                                Direction.INGRESS,
                                Optional.empty(),
                                now.policies().version()));
    }

    private boolean isUnknownPod(Backend backend) {
        return backend.pod().map(name -> !now.view().pods().containsKey(name)).orElse(false);
    }

    private Endpoint destination(Backend backend) {
        return backend.pod()
                .flatMap(name -> Optional.ofNullable(now.view().pods().get(name)))
                .filter(pod -> !pod.hostNetwork())
                .<Endpoint>map(this::toEndpoint)
                .orElseGet(() -> new Endpoint.Address(backend.address()));
    }

    private Endpoint.Pod toEndpoint(Pod pod) {
        return new Endpoint.Pod(
                cluster,
                pod.name(),
                pod.labels(),
                now.view().namespaces().getOrDefault(pod.name().namespace(), Map.of()),
                pod.serviceAccount(),
                pod.addresses().stream().findFirst(),
                pod.ports());
    }

    private static String who(Backend backend) {
        return backend.pod()
                .map(PodName::toString)
                .orElseGet(() -> backend.address().getHostAddress());
    }

    private static String inWords(Backend backend, String what) {
        return who(backend) + (backend.ready() ? "" : " (not ready)") + ": " + what;
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
