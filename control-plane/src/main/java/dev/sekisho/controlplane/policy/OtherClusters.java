package dev.sekisho.controlplane.policy;

import dev.sekisho.controlplane.kinds.Namespaces;
import dev.sekisho.controlplane.policy.LabelSamples.Known;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.Readiness;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.call.RemoteOffer;
import dev.sekisho.policy.compiled.PolicySet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What may call from other clusters and be called there, as far as policies tell it apart. A folder holds no pods of
/// other clusters, so they are made up: for each cluster one without anything a policy could ask for, and such as the
/// peers of rules select.
final class OtherClusters {
    /// A namespace of which nothing is said; also the name of a pod or service.
    static final String ANY = "any";

    /// The service account of pods that name none.
    static final String DEFAULT_ACCOUNT = "default";

    private static final int USUAL_PORT = 8080;

    private final List<PolicyWorld> worlds;
    private final Set<ClusterName> names = new TreeSet<>();
    private final Set<Endpoint.Pod> callers = new LinkedHashSet<>();
    private final Set<Service> services = new LinkedHashSet<>();
    private final Set<PolicyName> unreached = new LinkedHashSet<>();

    /// One that no rule names by its number, if there is any.
    private final int unnamedPort;

    /// A service with a single port.
    record Service(RemoteOffer offer, PortKey port) {}

    /// Whom a peer of a rule selects, but for the cluster.
    private record Likeness(
            Map<String, String> labels, String namespace, Map<String, String> namespaceLabels, String account) {
        static final Likeness NOTHING = new Likeness(Map.of(), ANY, Map.of(), DEFAULT_ACCOUNT);

        Map<String, String> allNamespaceLabels() {
            return Namespaces.labels(namespace, namespaceLabels);
        }
    }

    /// @param worlds states of one cluster
    OtherClusters(List<PolicyWorld> worlds) {
        this.worlds = List.copyOf(worlds);
        this.unnamedPort = findUnnamedPort();
        worlds.forEach(world -> names.addAll(world.view().peers().keySet()));
        rules((_, _, rule) -> rule.peers().stream()
                .flatMap(Members::names)
                .filter(DnsNames::isLabel)
                .forEach(name -> names.add(new ClusterName(name))));
        worlds.forEach(world -> names.remove(world.cluster()));
        addUnselected();
        rules((world, policy, rule) -> {
            if (rule.direction() == Direction.INGRESS) {
                rule.peers().forEach(peer -> addCallers(world, policy, peer));
            } else {
                addServices(world, policy, rule);
            }
        });
    }

    /// Those that are linked or that a policy names.
    Set<ClusterName> names() {
        return names;
    }

    Set<Endpoint.Pod> callers() {
        return callers;
    }

    Set<Service> services() {
        return services;
    }

    /// Policies with a peer that is about clusters of which none is known.
    Set<PolicyName> unreached() {
        return unreached;
    }

    private interface RuleVisitor {
        void visit(PolicyWorld world, PolicyName policy, AnyRule rule);
    }

    private void rules(RuleVisitor visitor) {
        for (var world : worlds) {
            for (var policy : world.policies().policies()) {
                AnyRule.of(policy).forEach(rule -> visitor.visit(world, policy.name(), rule));
            }
        }
    }

    private void addUnselected() {
        for (var cluster : names) {
            callers.add(pod(cluster, Likeness.NOTHING, Optional.empty()));
            services.add(service(cluster, Likeness.NOTHING, anyPort()));
        }
    }

    private void addCallers(PolicyWorld world, PolicyName policy, PeerSelector peer) {
        reached(world, policy, peer, cluster -> {
            switch (peer) {
                case PeerSelector.Pods pods ->
                    likenesses(pods, policy.namespace(), Known.ALL)
                            .forEach(likeness -> callers.add(pod(cluster, likeness, Optional.empty())));
                case PeerSelector.Block block ->
                    AddressSamples.of(block)
                            .forEach(address -> callers.add(pod(cluster, Likeness.NOTHING, Optional.of(address))));
                case PeerSelector.Unjudged _ -> {}
            }
        });
    }

    /// No address of the pods behind it and no service account is known of a service, so that no rule asks for them.
    private void addServices(PolicyWorld world, PolicyName policy, AnyRule rule) {
        var ports = ports(rule);
        if (rule.peers().isEmpty()) {
            names.forEach(cluster -> ports.forEach(port -> services.add(service(cluster, Likeness.NOTHING, port))));
        }
        for (var peer : rule.peers()) {
            reached(world, policy, peer, cluster -> {
                if (peer instanceof PeerSelector.Pods pods) {
                    likenesses(pods, policy.namespace(), Known.SOME)
                            .forEach(likeness -> ports.forEach(port -> services.add(service(cluster, likeness, port))));
                }
            });
        }
    }

    private void reached(PolicyWorld world, PolicyName policy, PeerSelector peer, Consumer<ClusterName> each) {
        if (!Members.areNamed(peer)) {
            return;
        }
        var reached = names.stream()
                .filter(cluster -> Members.isMeant(world, peer, cluster))
                .toList();
        reached.forEach(each);
        if (reached.isEmpty() && !Members.isMeant(world, peer, world.cluster())) {
            unreached.add(policy);
        }
    }

    /// The first has all that the peer asks for; each of the others differs in one thing.
    private static Set<Likeness> likenesses(PeerSelector.Pods peer, String policyNamespace, Known known) {
        var labels =
                peer.pods().map(selector -> LabelSamples.of(selector, known)).orElse(Set.of(Map.of()));
        var namespaces = peer.namespaces()
                .map(selector -> LabelSamples.of(selector, known).stream()
                        .map(OtherClusters::withoutCluster)
                        .toList())
                .orElse(List.of(Map.of(Namespaces.NAME_LABEL, policyNamespace)));
        var accounts = peer.serviceAccounts().isEmpty() ? Set.of(DEFAULT_ACCOUNT) : peer.serviceAccounts();
        var first = likeness(
                labels.iterator().next(),
                namespaces.getFirst(),
                accounts.iterator().next());
        var all = new LinkedHashSet<>(Set.of(first));
        labels.forEach(
                each -> all.add(new Likeness(each, first.namespace(), first.namespaceLabels(), first.account())));
        namespaces.forEach(each -> all.add(likeness(first.labels(), each, first.account())));
        accounts.stream()
                .sorted()
                .forEach(each ->
                        all.add(new Likeness(first.labels(), first.namespace(), first.namespaceLabels(), each)));
        return all;
    }

    private static Map<String, String> withoutCluster(Map<String, String> labels) {
        var others = new HashMap<>(labels);
        others.remove(PolicySet.CLUSTER_LABEL);
        return others;
    }

    private static Likeness likeness(Map<String, String> labels, Map<String, String> namespace, String account) {
        var others = new HashMap<>(namespace);
        var name = Optional.ofNullable(others.remove(Namespaces.NAME_LABEL))
                .filter(DnsNames::isLabel)
                .orElse(ANY);
        return new Likeness(labels, name, others, account);
    }

    private static Endpoint.Pod pod(ClusterName cluster, Likeness likeness, Optional<InetAddress> address) {
        return new Endpoint.Pod(
                cluster,
                new PodName(likeness.namespace(), ANY),
                likeness.labels(),
                likeness.allNamespaceLabels(),
                likeness.account(),
                address,
                List.of());
    }

    private static Service service(ClusterName cluster, Likeness likeness, NamedPort port) {
        return new Service(
                new RemoteOffer(
                        cluster,
                        new ServiceName(likeness.namespace(), ANY),
                        Map.of(port.key(), List.of(port.target())),
                        Readiness.READY,
                        likeness.labels(),
                        likeness.allNamespaceLabels(),
                        Optional.empty()),
                port.key());
    }

    private record NamedPort(PortKey key, String name) {
        TargetPort target() {
            return new TargetPort(key.number(), name);
        }
    }

    /// Both ends of each range.
    private List<NamedPort> ports(AnyRule rule) {
        if (rule.ports().isEmpty()) {
            return List.of(anyPort());
        }
        return rule.ports().stream()
                .flatMap(port -> switch (port) {
                    case PortSelector.PortRange(var transport, var first, var last) ->
                        IntStream.of(first, last)
                                .distinct()
                                .mapToObj(number -> new NamedPort(new PortKey(transport, number), ""));
                    case PortSelector.AllPorts(var transport) -> Stream.of(unnamedPort(transport, ""));
                    case PortSelector.NamedPort(var transport, var name) -> Stream.of(unnamedPort(transport, name));
                })
                .toList();
    }

    private NamedPort anyPort() {
        return unnamedPort(Transport.TCP, "");
    }

    private NamedPort unnamedPort(Transport transport, String name) {
        return new NamedPort(new PortKey(transport, unnamedPort), name);
    }

    private int findUnnamedPort() {
        var ranges = new ArrayList<PortSelector.PortRange>();
        rules((_, _, rule) -> rule.ports().forEach(port -> {
            if (port instanceof PortSelector.PortRange range) {
                ranges.add(range);
            }
        }));
        return IntStream.rangeClosed(USUAL_PORT, 65535)
                .filter(port -> ranges.stream().noneMatch(range -> range.first() <= port && port <= range.last()))
                .findFirst()
                .orElse(USUAL_PORT);
    }
}
