package dev.sekisho.controlplane.cases;

import dev.sekisho.controlplane.cases.ReachabilityCase.Part;
import dev.sekisho.controlplane.reconcile.Explainer;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyCodec;
import dev.sekisho.policy.PolicySet;
import dev.sekisho.policy.Verdict;
import java.util.Optional;

/// The engine with the policies of a step in force, and how they came to be.
///
/// @param how in words, for whoever reads a difference
record CaseEngine(String how, PolicySet policies) {
    static CaseEngine compiled(CaseStep step) {
        return new CaseEngine("compiled anew", new PolicySet(step.scope(), step.policies()));
    }

    /// The same engine after the policies have changed to those of `step`.
    CaseEngine updatedTo(CaseStep step) {
        return new CaseEngine("updated from the step before", policies.with(step.scope(), step.policies()));
    }

    /// What a gateway makes of these policies when they are fed to it.
    CaseEngine overTheWire() {
        return new CaseEngine(
                "fed to a gateway",
                new PolicySet(
                        policies.scope(),
                        policies.policies().stream().map(CaseEngine::fed).toList()));
    }

    private static Policy fed(Policy policy) {
        return switch (policy) {
            case NamespacedPolicy namespaced -> PolicyCodec.fromWire(PolicyCodec.toWire(namespaced));
            case ClusterPolicy cluster -> PolicyCodec.fromWire(PolicyCodec.toWire(cluster));
        };
    }

    /// An end that is no pod has no policies, and those of another cluster's pod are not here: nothing is said on its
    /// side.
    Answer judge(Endpoint from, Endpoint to, Transport transport, int port) {
        return new Answer(
                from instanceof Endpoint.Pod pod && isLocal(pod)
                        ? Optional.of(policies.egress(pod, to, transport, port))
                        : Optional.empty(),
                to instanceof Endpoint.Pod pod && isLocal(pod)
                        ? Optional.of(policies.ingress(from, pod, transport, port))
                        : Optional.empty());
    }

    private boolean isLocal(Endpoint.Pod pod) {
        return pod.cluster().equals(policies.cluster());
    }

    record Answer(Optional<Verdict> egress, Optional<Verdict> ingress) {
        boolean allows(Part part) {
            return switch (part) {
                case INGRESS -> allows(ingress);
                case EGRESS -> allows(egress);
                case COMBINED -> allows(egress) && allows(ingress);
            };
        }

        private static boolean allows(Optional<Verdict> verdict) {
            return verdict.map(Verdict::isAllowed).orElse(true);
        }

        String inWords() {
            return "egress " + inWords(egress) + "; ingress " + inWords(ingress);
        }

        private static String inWords(Optional<Verdict> verdict) {
            return verdict.map(Explainer::inWords).orElse("allowed: it is no pod of this cluster");
        }
    }
}
