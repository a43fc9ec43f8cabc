package dev.sekisho.controlplane.policy;

import static java.util.stream.Collectors.joining;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.kinds.Namespaces;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.call.CallAnswer;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.call.Candidate;
import dev.sekisho.policy.call.Passage;
import dev.sekisho.policy.call.RemoteOffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/// Which calls between clusters one state of a cluster allows and another does not: those to its exports, of its own
/// pods and of others, and those of its own pods to other clusters.
///
/// What other clusters hold is not known, so callers of them are pods that look like the local ones and such as the
/// policies tell apart; see [OtherClusters]. Of a call to another cluster only its egress is judged: the policies there
/// are not known.
///
/// A call to an export is allowed when one of the ready pods behind it may be reached, as on the data path.
public final class PolicyDiff {
    /// @param cluster whose pod calls
    /// @param caller its name, or for one of another cluster what is said of it
    /// @param service its name, or for one of another cluster what is said of it
    public record Call(ClusterName cluster, String caller, String service, PortKey port) {
        @Override
        public String toString() {
            return cluster + ":" + caller + " to " + service + " port " + port;
        }
    }

    /// @param decisive of an allowed call the verdicts of the pod that may be reached; of a denied one those of the
    ///     first pod; none when the caller or the export is not there
    public record Outcome(boolean allowed, List<Verdict> decisive) {
        static final Outcome NOT_THERE = new Outcome(false, List.of());

        public Outcome {
            decisive = List.copyOf(decisive);
        }
    }

    public record Change(Call call, Outcome before, Outcome after) {}

    /// @param changes in the order of callers and services
    /// @param calls how many were judged
    /// @param notJudged what could not be, one sentence each
    public record Report(List<Change> changes, int calls, List<String> notJudged) {
        public Report {
            changes = List.copyOf(changes);
            notJudged = List.copyOf(notJudged);
        }
    }

    /// @param in the pod as it is in a state of the cluster; empty when it is not there
    private record Caller(ClusterName cluster, String name, Function<PolicyWorld, Optional<Endpoint.Pod>> in) {}

    private final PolicyWorld before;
    private final PolicyWorld after;
    private final OtherClusters others;
    private final List<Change> changes = new ArrayList<>();
    private int calls;

    private PolicyDiff(PolicyWorld before, PolicyWorld after) {
        this.before = before;
        this.after = after;
        this.others = new OtherClusters(List.of(before, after));
    }

    /// @param before of the same cluster as `after`
    public static Report between(PolicyWorld before, PolicyWorld after) {
        return new PolicyDiff(before, after).report();
    }

    private Report report() {
        var pods = ownPods();
        var services = services();
        var own = pods.stream().flatMap(this::ownCallers).toList();
        var callers = new ArrayList<>(own);
        others.names().forEach(cluster -> callers.addAll(callersOf(cluster, pods)));
        for (var caller : callers) {
            services.forEach((service, ports) -> ports.forEach(port -> judge(
                    new Call(caller.cluster(), caller.name(), service.toString(), port),
                    world -> toExport(world, caller, service, port))));
        }
        for (var caller : own) {
            for (var service : others.services()) {
                judge(
                        new Call(caller.cluster(), caller.name(), inWords(service.offer()), service.port()),
                        world -> toOther(world, caller, service));
            }
        }
        return new Report(changes, calls, notJudged(own, services));
    }

    private void judge(Call call, Function<PolicyWorld, Outcome> outcome) {
        var was = outcome.apply(before);
        var is = outcome.apply(after);
        calls++;
        if (was.allowed() != is.allowed()) {
            changes.add(new Change(call, was, is));
        }
    }

    private Set<PodName> ownPods() {
        var pods = new TreeSet<PodName>();
        worlds().forEach(world -> world.view().pods().keySet().stream()
                .filter(pod -> !world.callers().named(pod).isEmpty())
                .forEach(pods::add));
        return pods;
    }

    /// A pod with several addresses calls from each of them, as blocks tell them apart; one with another address before
    /// and after is one caller.
    private Stream<Caller> ownCallers(PodName pod) {
        if (worlds().stream().allMatch(world -> world.callers().named(pod).size() <= 1)) {
            return Stream.of(new Caller(after.cluster(), pod.toString(), world -> firstOf(world, pod)));
        }
        return worlds().stream()
                .flatMap(world -> world.callers().named(pod).stream())
                .flatMap(caller -> caller.address().stream())
                .distinct()
                .map(address -> new Caller(
                        after.cluster(),
                        pod + " at " + InetAddresses.toAddrString(address),
                        world -> world.callers()
                                .at(address)
                                .filter(caller -> caller.name().equals(pod))));
    }

    private static Optional<Endpoint.Pod> firstOf(PolicyWorld world, PodName pod) {
        return world.callers().named(pod).stream().findFirst();
    }

    /// Pods that look like ours, and those besides that policies tell apart.
    private List<Caller> callersOf(ClusterName cluster, Set<PodName> own) {
        var callers = new ArrayList<Caller>();
        for (var pod : own) {
            callers.add(new Caller(
                    cluster, pod.toString(), world -> firstOf(world, pod).map(like -> of(cluster, like))));
        }
        others.callers().stream()
                .filter(pod -> pod.cluster().equals(cluster))
                .forEach(pod -> callers.add(new Caller(cluster, inWords(pod), _ -> Optional.of(pod))));
        return callers;
    }

    // What is known of a peer's pod is what its lane vouches for; the address of one that looks like ours is not ours.
    private static Endpoint.Pod of(ClusterName cluster, Endpoint.Pod pod) {
        return new Endpoint.Pod(
                cluster,
                pod.name(),
                pod.labels(),
                pod.namespaceLabels(),
                pod.serviceAccount(),
                Optional.empty(),
                List.of());
    }

    private List<PolicyWorld> worlds() {
        return List.of(before, after);
    }

    private Map<ServiceName, Set<PortKey>> services() {
        var services = new TreeMap<ServiceName, Set<PortKey>>();
        for (var world : worlds()) {
            for (var name : world.view().exports().keySet()) {
                var ports = services.computeIfAbsent(name, _ -> new TreeSet<>());
                world.offer(name).ports().forEach(port -> ports.add(port.key()));
            }
        }
        return services;
    }

    private static Outcome toExport(PolicyWorld world, Caller caller, ServiceName service, PortKey port) {
        var pod = caller.in().apply(world);
        if (pod.isEmpty()) {
            return Outcome.NOT_THERE;
        }
        return switch (CallJudge.here(world.policies(), pod.get(), world.offer(service), port)) {
            case CallAnswer.Allowed(var targets) ->
                new Outcome(true, verdicts(world, pod.get(), targets.getFirst().candidate(), port));
            case CallAnswer.Denied(var _, var first) -> new Outcome(false, verdicts(world, pod.get(), first, port));
            case CallAnswer.NotExported _ -> Outcome.NOT_THERE;
            case CallAnswer.NoEndpoint _ -> denied(world, "no endpoint of " + service + " is ready for port " + port);
            case CallAnswer.InDoubt(var first) ->
                denied(
                        world,
                        "whose policies hold at " + InetAddresses.toAddrString(first.address())
                                + " is not known: the pod that is said to be there is not, or several have the address");
        };
    }

    /// Of both sides, where both are here.
    private static List<Verdict> verdicts(PolicyWorld world, Endpoint.Pod caller, Candidate candidate, PortKey port) {
        var passage = CallJudge.passage(world.policies(), caller, candidate, port);
        var sides = Stream.concat(passage.flatMap(Passage::egress).stream(), passage.flatMap(Passage::ingress).stream())
                .toList();
        return sides.isEmpty() ? passage.map(Passage::decisive).stream().toList() : sides;
    }

    private static Outcome denied(PolicyWorld world, String reason) {
        return new Outcome(
                false,
                List.of(Verdict.Denied.because(
                        Direction.INGRESS, reason, world.policies().version())));
    }

    private static Outcome toOther(PolicyWorld world, Caller caller, OtherClusters.Service service) {
        return caller.in()
                .apply(world)
                .map(pod -> CallJudge.again(world.policies(), pod, service.offer(), service.port()))
                .map(verdict -> new Outcome(verdict.isAllowed(), List.of(verdict)))
                .orElse(Outcome.NOT_THERE);
    }

    private List<String> notJudged(List<Caller> own, Map<ServiceName, Set<PortKey>> services) {
        var reasons = new ArrayList<String>();
        if (services.isEmpty()) {
            reasons.add("calls to exports: neither folder holds a ServiceExport");
        }
        services.keySet().stream()
                .filter(service -> worlds().stream().noneMatch(world -> isServed(world, service)))
                .forEach(service ->
                        reasons.add("calls to " + service + ": no endpoint of it is ready in either folder"));
        if (own.isEmpty()) {
            reasons.add("calls of own pods: no pod with an address (status.podIP) is in either folder");
        }
        if (others.names().isEmpty()) {
            reasons.add("calls from and to other clusters: there is no Peer, and no policy names a cluster");
        }
        others.unreached()
                .forEach(policy -> reasons.add("calls from or to whom " + policy
                        + " means in other clusters: it means none of those that are known, "
                        + others.names().stream().map(ClusterName::value).collect(joining(", "))));
        return reasons;
    }

    private static boolean isServed(PolicyWorld world, ServiceName service) {
        return world.offer(service).candidates().stream()
                .anyMatch(candidate -> candidate.readiness() != Readiness.NOT_READY
                        && !candidate.ports().isEmpty());
    }

    private static String inWords(Endpoint.Pod pod) {
        var words = labelled(pod.labels())
                + in(pod.name().namespace(), pod.namespaceLabels())
                + (pod.serviceAccount().equals(OtherClusters.DEFAULT_ACCOUNT)
                        ? ""
                        : " with service account " + pod.serviceAccount())
                + pod.address()
                        .map(address -> " at " + InetAddresses.toAddrString(address))
                        .orElse("");
        return words.isEmpty() ? "any other pod" : "a pod" + words;
    }

    private static String inWords(RemoteOffer service) {
        var words = (service.podLabels().isEmpty() ? "" : " with pods" + labelled(service.podLabels()))
                + in(service.service().namespace(), service.namespaceLabels());
        return (words.isEmpty() ? "any other service" : "a service" + words) + " of " + service.cluster();
    }

    private static String in(String namespace, Map<String, String> labels) {
        var others = new TreeMap<>(labels);
        others.remove(Namespaces.NAME_LABEL);
        if (namespace.equals(OtherClusters.ANY)) {
            return others.isEmpty() ? "" : " in a namespace" + labelled(others);
        }
        return " in namespace " + namespace + labelled(others);
    }

    private static String labelled(Map<String, String> labels) {
        return labels.isEmpty()
                ? ""
                : new TreeMap<>(labels)
                        .entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .collect(joining(",", " labelled ", ""));
    }
}
