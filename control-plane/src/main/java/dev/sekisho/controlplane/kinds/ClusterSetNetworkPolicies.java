package dev.sekisho.controlplane.kinds;

import static dev.sekisho.controlplane.kinds.LabelSelectors.orEmpty;

import dev.sekisho.controlplane.kinds.ClusterSetNetworkPolicy.Peer;
import dev.sekisho.controlplane.kinds.ClusterSetNetworkPolicy.Spec;
import dev.sekisho.names.DnsNames;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.LabelSelector;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.PolicyKind;
import dev.sekisho.policy.PolicyName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `sekisho.dev/v1alpha1` ClusterSetNetworkPolicy: everything that is valid in a NetworkPolicy is valid here and means
/// the same.
public final class ClusterSetNetworkPolicies {
    private static final int MAX_NAME_CHARACTERS = 253;

    private final FieldProblems problems;

    private ClusterSetNetworkPolicies(Origin origin) {
        problems = new FieldProblems(origin);
    }

    public static List<FieldProblem> problems(ClusterSetNetworkPolicy policy, Origin origin) {
        var check = new ClusterSetNetworkPolicies(origin);
        Metadata.check(check.problems, policy.getMetadata(), Metadata.NameForm.SUBDOMAIN);
        Optional.ofNullable(policy.getSpec()).ifPresent(check::spec);
        return check.problems.found();
    }

    private void spec(Spec spec) {
        problems.noMoreFields("spec", spec.newerFields());
        LabelSelectors.check(problems, "spec.podSelector", spec.podSelector);
        var index = 0;
        for (var rule : orEmpty(spec.ingress)) {
            var field = "spec.ingress[" + index++ + "]";
            problems.noMoreFields(field, rule.newerFields());
            peers(field + ".from", rule.from);
            PolicyFields.checkPorts(problems, field + ".ports", rule.ports);
        }
        index = 0;
        for (var rule : orEmpty(spec.egress)) {
            var field = "spec.egress[" + index++ + "]";
            problems.noMoreFields(field, rule.newerFields());
            peers(field + ".to", rule.to);
            PolicyFields.checkPorts(problems, field + ".ports", rule.ports);
        }
        PolicyFields.checkTypes(problems, "spec.policyTypes", spec.policyTypes);
    }

    private void peers(String field, @Nullable List<? extends Peer> peers) {
        var index = 0;
        for (var peer : orEmpty(peers)) {
            peer(field + "[" + index++ + "]", peer);
        }
    }

    private void peer(String field, Peer peer) {
        problems.noMoreFields(field, peer.newerFields());
        LabelSelectors.check(problems, field + ".clusterSelector", peer.clusterSelector);
        LabelSelectors.check(problems, field + ".namespaceSelector", peer.namespaceSelector);
        LabelSelectors.check(problems, field + ".podSelector", peer.podSelector);
        var index = 0;
        for (var account : orEmpty(peer.accounts())) {
            problems.require(
                    DnsNames.isSubdomain(account, MAX_NAME_CHARACTERS),
                    field + ".serviceAccounts[" + index++ + "]",
                    "must be the name of a service account, got '" + account + "'");
        }
        var selects = peer.podSelector != null
                || peer.namespaceSelector != null
                || !orEmpty(peer.accounts()).isEmpty();
        if (peer.ipBlock != null) {
            problems.require(
                    !selects,
                    field,
                    "must not have ipBlock beside a podSelector, a namespaceSelector or serviceAccounts");
            PolicyFields.checkBlock(problems, field + ".ipBlock", peer.ipBlock);
        } else {
            problems.require(
                    selects,
                    field,
                    "must have a podSelector, a namespaceSelector, serviceAccounts or an ipBlock"
                            + (peer.clusterSelector == null ? "" : ": a clusterSelector alone selects no pods"));
        }
    }

    /// The policy with the defaults of a NetworkPolicy.
    ///
    /// @param policy without problems
    public static NamespacedPolicy policy(ClusterSetNetworkPolicy policy) {
        var metadata = policy.getMetadata();
        var spec = Objects.requireNonNullElseGet(policy.getSpec(), Spec::new);
        return new NamespacedPolicy(
                new PolicyName(PolicyKind.CLUSTER_SET_NETWORK_POLICY, Metadata.namespace(metadata), metadata.getName()),
                PolicyFields.selector(spec.podSelector).orElse(LabelSelector.EVERYTHING),
                PolicyFields.isolates(spec.policyTypes, !orEmpty(spec.egress).isEmpty()),
                orEmpty(spec.ingress).stream()
                        .map(rule -> new Rule(selectors(rule.from), PolicyFields.ports(rule.ports)))
                        .toList(),
                orEmpty(spec.egress).stream()
                        .map(rule -> new Rule(selectors(rule.to), PolicyFields.ports(rule.ports)))
                        .toList());
    }

    private static List<PeerSelector> selectors(@Nullable List<? extends Peer> peers) {
        return orEmpty(peers).stream().map(ClusterSetNetworkPolicies::selector).toList();
    }

    private static PeerSelector selector(Peer peer) {
        var clusters = PolicyFields.selector(peer.clusterSelector);
        return Optional.ofNullable(peer.ipBlock)
                .<PeerSelector>map(block ->
                        new PeerSelector.Block(Cidr.parse(block.getCidr()), PolicyFields.excepted(block), clusters))
                .orElseGet(() -> new PeerSelector.Pods(
                        clusters,
                        PolicyFields.selector(peer.namespaceSelector),
                        PolicyFields.selector(peer.podSelector),
                        Set.copyOf(orEmpty(peer.accounts()))));
    }
}
