package dev.sekisho.policy.compiled;

import static java.util.stream.Collectors.joining;

import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.call.Candidate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which rule came closest to allowing a denied flow, and what it lacked, as one sentence of bounded length. Only made
/// for a denial.
final class NearestMiss {
    private static final String WITHIN_ONE_CLUSTER = "peer names no cluster, so it counts within one only";

    private static final int LISTED = 5;
    private static final Pattern LABEL_VALUE = Pattern.compile("[-A-Za-z0-9_.]{0,63}");

    // How far a peer is from matching; a wrong port on top of it counts as one.
    private static final int ONLY_THE_PORT = 0;
    private static final int ONE_CONDITION = 2;
    private static final int FAR = 9;

    private final Direction direction;
    private final Flow flow;

    private NearestMiss(Direction direction, Flow flow) {
        this.direction = direction;
        this.flow = flow;
    }

    /// @param peer empty when the rule's peers match
    private record Candidate(int distance, CompiledRule rule, Optional<CompiledPeer> peer) {}

    /// @param isolating at least one policy, none of whose rules matches the flow
    static String describe(Direction direction, List<CompiledPolicy> isolating, Flow flow) {
        var miss = new NearestMiss(direction, flow);
        return miss.nearest(isolating)
                .map(miss::sentence)
                .orElseGet(() -> isolating.getFirst().name() + " allows no " + miss.directionName());
    }

    private Optional<Candidate> nearest(List<CompiledPolicy> isolating) {
        Optional<Candidate> best = Optional.empty();
        for (var policy : isolating) {
            for (var rule : policy.rules()) {
                var candidate = nearest(rule);
                if (best.isEmpty() || candidate.distance < best.get().distance) {
                    best = Optional.of(candidate);
                }
            }
        }
        return best;
    }

    private Candidate nearest(CompiledRule rule) {
        var portMiss = rule.matchesPort(flow) ? 0 : 1;
        if (rule.matchesPeer(flow)) {
            return new Candidate(ONLY_THE_PORT + portMiss, rule, Optional.empty());
        }
        var distance = Integer.MAX_VALUE;
        var closest = rule.peers().getFirst();
        for (var peer : rule.peers()) {
            var d = distance(peer);
            if (d < distance) {
                distance = d;
                closest = peer;
            }
        }
        return new Candidate(distance + portMiss, rule, Optional.of(closest));
    }

    private int distance(CompiledPeer peer) {
        return switch (peer) {
            case CompiledPeer.Pods pods ->
                flow.identity()
                        .map(identity -> {
                            var unmet = pods.namespaces()
                                            .unmet(identity.namespace())
                                            .size()
                                    + pods.pods().unmet(identity.pod()).size();
                            var more = (pods.reaches(flow) ? 0 : 1) + (pods.hasServiceAccount(identity) ? 0 : 1);
                            return Math.min(FAR, ONE_CONDITION * (unmet + more));
                        })
                        .orElse(FAR);
            case CompiledPeer.Block block ->
                !block.reaches(flow)
                                || flow.address().filter(block.cidr()::contains).isEmpty()
                        ? FAR
                        : ONE_CONDITION;
        };
    }

    private String sentence(Candidate candidate) {
        var port = flow.port() + "/" + flow.transport() + " is not in " + ports(candidate.rule.ports());
        if (candidate.peer.isEmpty()) {
            return "peer matches " + ruleName(candidate.rule) + ", but " + port;
        }
        return ruleName(candidate.rule) + ": " + reason(candidate.peer.get())
                + (candidate.rule.matchesPort(flow) ? "" : "; and " + port);
    }

    private String ruleName(CompiledRule rule) {
        return rule.name().policy() + " " + directionName() + " rule "
                + rule.name().index();
    }

    private String reason(CompiledPeer peer) {
        return switch (peer) {
            case CompiledPeer.Pods pods ->
                flow.identity()
                        .map(identity -> reason(pods, identity))
                        .orElseGet(() -> otherEnd() + " is no known pod, so no selector matches it");
            case CompiledPeer.Block block -> reason(block);
        };
    }

    private String reason(CompiledPeer.Pods pods, Flow.Identity identity) {
        if (!pods.reaches(flow)) {
            return otherCluster(pods.clusters());
        }
        var namespace = pods.namespaces().unmet(identity.namespace()).stream()
                .map(requirement -> unmet("namespace", requirement, identity.namespace()));
        var pod = pods.pods().unmet(identity.pod()).stream()
                .map(requirement -> unmet("pod", requirement, identity.pod()));
        var account = pods.hasServiceAccount(identity) ? Stream.<String>empty() : Stream.of(account(pods, identity));
        return otherEnd() + "'s "
                + listed(Stream.of(namespace, pod, account).flatMap(s -> s).toList(), " and ");
    }

    private static String account(CompiledPeer.Pods pods, Flow.Identity identity) {
        var wanted = listed(pods.serviceAccounts().stream().sorted().toList(), ", ");
        return "service account is "
                + identity.serviceAccount().map(NearestMiss::printable).orElse("not known") + ", must be "
                + (pods.serviceAccounts().size() == 1 ? wanted : "one of " + wanted);
    }

    /// The same of a selector and of an ipBlock: a caller's gateway knows only that there is a peer of the exporter's
    /// own cluster, and says of it what the exporter says.
    private String otherCluster(Optional<CompiledSelector> clusters) {
        var cluster = ", " + otherEnd() + " is of cluster " + flow.clusterName();
        return clusters.map(selector -> "clusterSelector does not match"
                        + cluster
                        + ", whose "
                        + listed(
                                selector.unmet(flow.cluster()).stream()
                                        .map(requirement -> unmet("cluster", requirement, flow.cluster()))
                                        .toList(),
                                " and "))
                .orElse(WITHIN_ONE_CLUSTER + cluster);
    }

    private static String unmet(String owner, Requirement requirement, KnownLabels labels) {
        var is = labels.valueOf(requirement.key())
                .map(NearestMiss::printable)
                .orElse(labels.isComplete() ? "missing" : "not known");
        var values = listed(requirement.values(), ", ");
        var must = switch (requirement.operator()) {
            case IN -> requirement.values().size() == 1 ? values : "one of " + values;
            case NOT_IN -> "none of " + values;
            case EXISTS -> "present";
            case DOES_NOT_EXIST -> "absent";
        };
        return owner + " label " + requirement.key() + " is " + is + ", must be " + must;
    }

    private static String printable(String value) {
        return LABEL_VALUE.matcher(value).matches() ? "'" + value + "'" : "no label value";
    }

    private String reason(CompiledPeer.Block block) {
        if (!block.reaches(flow)) {
            return otherCluster(block.clusters());
        }
        if (flow.address().isEmpty()) {
            return otherEnd() + "'s address is not known";
        }
        var address = flow.address().get();
        return block.except().stream()
                .filter(hole -> block.cidr().contains(address) && hole.contains(address))
                .findFirst()
                .map(hole -> address.getHostAddress() + " is in except " + hole + " of " + block.cidr())
                .orElseGet(() -> address.getHostAddress() + " is not in " + block.cidr());
    }

    private String ports(List<PortSelector> ports) {
        return listed(ports.stream().map(this::port).toList(), ", ");
    }

    private String port(PortSelector selector) {
        return switch (selector) {
            case PortSelector.AllPorts all -> "all " + all.transport();
            case PortSelector.PortRange range ->
                (range.first() == range.last() ? "" + range.first() : range.first() + "-" + range.last()) + "/"
                        + range.transport();
            case PortSelector.NamedPort named ->
                named.name() + "/" + named.transport() + " (" + meaning(named) + " on the destination)";
        };
    }

    private String meaning(PortSelector.NamedPort port) {
        return flow.named().stream()
                .filter(candidate -> candidate.name().equals(port.name()) && candidate.transport() == port.transport())
                .map(candidate -> String.valueOf(candidate.number()))
                .findFirst()
                .orElse("no such port");
    }

    private String otherEnd() {
        return direction == Direction.INGRESS ? "the caller" : "the destination";
    }

    private String directionName() {
        return direction.name().toLowerCase(Locale.ROOT);
    }

    private static String listed(List<String> items, String separator) {
        var shown = items.stream().limit(LISTED).collect(joining(separator));
        return items.size() <= LISTED ? shown : shown + separator + (items.size() - LISTED) + " more";
    }
}
