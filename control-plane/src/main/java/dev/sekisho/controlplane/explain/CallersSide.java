package dev.sekisho.controlplane.explain;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.clusterset.Callers;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.explain.Explanation.Ingress;
import dev.sekisho.controlplane.explain.Explanation.Side;
import dev.sekisho.controlplane.reconcile.PeerLinks;
import dev.sekisho.controlplane.reconcile.Situation;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.call.CallAnswer;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.codec.CallerCodec;
import dev.sekisho.sync.v1.ExplainRequest;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What is said of a call on the caller's side: who calls what, and which clusters would take the call. As of one
/// [Situation]; any thread.
final class CallersSide {
    private final ClusterName cluster;
    private final Situation now;
    private final PeerLinks links;
    private final ServicesSide own;

    CallersSide(ClusterName cluster, Situation now, PeerLinks links) {
        this.cluster = cluster;
        this.now = now;
        this.links = links;
        this.own = new ServicesSide(cluster, now);
    }

    /// @see Explainer#explain
    Future<Explanation> explain(String from, String to, PortKey port) {
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
                ? Future.succeededFuture(own.side(caller, source.name(), port))
                : peerSide(caller, source, port);
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
            when verdict.direction() == Direction.INGRESS -> Optional.of(VerdictText.of(verdict));
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
}
