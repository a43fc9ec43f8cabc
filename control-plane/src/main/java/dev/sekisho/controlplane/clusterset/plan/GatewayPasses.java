package dev.sekisho.controlplane.clusterset.plan;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ListMultimap;
import com.google.common.hash.Hashing;
import dev.sekisho.controlplane.clusterset.Backend;
import dev.sekisho.controlplane.clusterset.Backends;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.Pod;
import dev.sekisho.controlplane.clusterset.Export;
import dev.sekisho.controlplane.clusterset.GatewayPass;
import dev.sekisho.controlplane.clusterset.GatewayPass.Cause;
import dev.sekisho.controlplane.clusterset.LocalExports;
import dev.sekisho.controlplane.clusterset.placement.ImportAddressing.ClusterService;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy.PortSelector.PortRange;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.compiled.CompiledSelector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Decides which extra NetworkPolicies let gateways through. Each selects only what some policy isolates anyway,
/// because it isolates what it selects: a pass for all pods of a Service would shut those that had been open.
final class GatewayPasses {
    /// Of a DNS label's 63 characters, what prefix and hash leave.
    private static final int MAX_SUBJECT_CHARACTERS = 28;

    private static final int HASH_CHARACTERS = 10;
    private static final Rule EVERYTHING = new Rule(List.of(), List.of());

    private final ClusterView view;
    private final Map<String, List<NamespacedPolicy>> policies = new HashMap<>();

    private GatewayPasses(ClusterView view) {
        this.view = view;
        // The cluster's own network enforces no other kind that isolates.
        view.policies().stream()
                .filter(policy -> policy.name().kind() == PolicyKind.NETWORK_POLICY)
                .map(NamespacedPolicy.class::cast)
                .sorted(Comparator.comparing(NamespacedPolicy::name))
                .forEach(policy -> policies.computeIfAbsent(policy.name().namespace(), _ -> new ArrayList<>())
                        .add(policy));
    }

    /// @param hasListeners whether there is an import that gateways listen for
    /// @param before the plan in force
    /// @return by namespace and name
    static List<GatewayPass> of(
            ClusterService addressing,
            ClusterView view,
            LocalExports local,
            boolean hasListeners,
            Optional<ClusterSetPlan> before) {
        var passes = new GatewayPasses(view);
        var all = new ArrayList<GatewayPass>();
        local.valid()
                .values()
                .forEach(export ->
                        all.addAll(passes.toPodsOf(export, local.backends().getOrDefault(export.name(), List.of()))));
        if (hasListeners) {
            var known = passes.known(before);
            all.addAll(known.isEmpty() ? passes.toGateways(addressing) : known);
        }
        all.sort(Comparator.comparing(GatewayPass::namespace).thenComparing(GatewayPass::name));
        return all;
    }

    private List<GatewayPass> toPodsOf(Export export, List<Backend> backends) {
        var isolating = isolating(Direction.INGRESS, export.name().namespace());
        var selector =
                Objects.requireNonNull(view.services().get(export.name())).selector();
        var ports = targetPorts(export);
        if (isolating.isEmpty() || selector.isEmpty() || ports.isEmpty()) {
            return List.of();
        }
        var pods = Backends.podsOf(backends).stream()
                .flatMap(name -> pod(name).stream())
                .filter(pod -> isSubject(pod, export.name().namespace()))
                .toList();
        var subjects = new LinkedHashSet<LabelSelector>();
        for (NamespacedPolicy policy : isolating) {
            both(selector, policy.subject())
                    .filter(subject -> pods.stream().anyMatch(pod -> CompiledSelector.matches(subject, pod.labels())))
                    .ifPresent(subjects::add);
        }
        var whole = new LabelSelector(selector, List.of());
        if (subjects.contains(whole)) {
            return List.of(toPods(export.name(), whole, ports));
        }
        return subjects.stream()
                .map(subject -> toPods(export.name(), subject, ports))
                .toList();
    }

    private static GatewayPass toPods(ServiceName service, LabelSelector subject, List<PortRange> ports) {
        return new GatewayPass(
                service.namespace(),
                name(Direction.INGRESS, service.name(), service + " " + text(subject)),
                new Cause.Exported(service),
                subject,
                ports);
    }

    /// Those to gateways follow from pods and policies alone.
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same object
    private List<GatewayPass> known(Optional<ClusterSetPlan> before) {
        return before.filter(
                        plan -> plan.view().pods() == view.pods() && plan.view().policies() == view.policies())
                .map(plan -> plan.passes().stream()
                        .filter(pass -> pass.direction() == Direction.EGRESS)
                        .toList())
                .orElse(List.of());
    }

    private List<GatewayPass> toGateways(ClusterService addressing) {
        var range = addressing.listenPorts();
        var ports = List.of(
                new PortRange(Transport.TCP, range.first(), range.last()),
                new PortRange(Transport.UDP, range.first(), range.last()));
        var passes = new ArrayList<GatewayPass>();
        var pods = subjects(policies.keySet());
        for (String namespace : policies.keySet()) {
            isolating(Direction.EGRESS, namespace).stream()
                    .filter(policy -> pods.get(namespace).stream()
                            .anyMatch(pod -> CompiledSelector.matches(policy.subject(), pod.labels())))
                    .forEach(policy -> passes.add(new GatewayPass(
                            namespace,
                            name(
                                    Direction.EGRESS,
                                    policy.name().name(),
                                    policy.name().toString()),
                            new Cause.Isolated(policy.name()),
                            policy.subject(),
                            ports)));
        }
        return passes;
    }

    /// Those that shut something out.
    private List<NamespacedPolicy> isolating(Direction direction, String namespace) {
        return policies.getOrDefault(namespace, List.of()).stream()
                .filter(policy -> policy.isolates().contains(direction))
                .filter(policy ->
                        !(direction == Direction.INGRESS ? policy.ingress() : policy.egress()).contains(EVERYTHING))
                .toList();
    }

    private Optional<Pod> pod(PodName name) {
        return Optional.ofNullable(view.pods().get(name));
    }

    /// By namespace. All pods are looked at once, not once for each namespace.
    private ListMultimap<String, Pod> subjects(Set<String> namespaces) {
        var pods = ArrayListMultimap.<String, Pod>create();
        for (Pod pod : view.pods().values()) {
            if (!pod.hostNetwork() && namespaces.contains(pod.name().namespace())) {
                pods.put(pod.name().namespace(), pod);
            }
        }
        return pods;
    }

    private static boolean isSubject(Pod pod, String namespace) {
        return !pod.hostNetwork() && pod.name().namespace().equals(namespace);
    }

    private static List<PortRange> targetPorts(Export export) {
        return export.ports().stream()
                .filter(exposed -> exposed.port().transport() != Transport.SCTP)
                .flatMap(exposed -> exposed.targets().stream()
                        .map(target -> new PortRange(exposed.port().transport(), target.number(), target.number())))
                .distinct()
                .sorted(Comparator.comparing(PortRange::transport).thenComparingInt(PortRange::first))
                .toList();
    }

    /// What both select; empty when that cannot be anything.
    private static Optional<LabelSelector> both(Map<String, String> labels, LabelSelector subject) {
        var all = new HashMap<>(subject.matchLabels());
        all.putAll(labels);
        return all.entrySet().containsAll(subject.matchLabels().entrySet())
                ? Optional.of(new LabelSelector(all, subject.matchExpressions()))
                : Optional.empty();
    }

    private static String text(LabelSelector selector) {
        return new TreeMap<>(selector.matchLabels()) + " " + selector.matchExpressions();
    }

    private static String name(Direction direction, String subject, String cause) {
        var readable = subject.replace('.', '-');
        var cut = readable.substring(0, Math.min(readable.length(), MAX_SUBJECT_CHARACTERS));
        var hash = Hashing.sha256()
                .hashString(cause, StandardCharsets.UTF_8)
                .toString()
                .substring(0, HASH_CHARACTERS);
        return (direction == Direction.INGRESS ? "sekisho-allow-ingress-" : "sekisho-allow-egress-") + cut + "-" + hash;
    }
}
