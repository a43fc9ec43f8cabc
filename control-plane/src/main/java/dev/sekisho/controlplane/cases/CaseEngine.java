package dev.sekisho.controlplane.cases;

import dev.sekisho.controlplane.cases.ReachabilityCase.Part;
import dev.sekisho.controlplane.explain.VerdictText;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.call.Passage;
import dev.sekisho.policy.codec.PolicyCodec;
import dev.sekisho.policy.compiled.PolicySet;
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

    Answer judge(Endpoint from, Endpoint to, Transport transport, int port) {
        return new Answer(new Passage(policies, from, to, transport, port));
    }

    record Answer(Passage passage) {
        boolean allows(Part part) {
            return switch (part) {
                case INGRESS -> allows(passage.ingress());
                case EGRESS -> allows(passage.egress());
                case COMBINED -> passage.decisive().isAllowed();
            };
        }

        /// Nothing is said on a side that is not here.
        private static boolean allows(Optional<Verdict> verdict) {
            return verdict.map(Verdict::isAllowed).orElse(true);
        }

        String inWords() {
            return "egress " + inWords(passage.egress()) + "; ingress " + inWords(passage.ingress());
        }

        private static String inWords(Optional<Verdict> verdict) {
            return verdict.map(VerdictText::of).orElse("allowed: it is no pod of this cluster");
        }
    }
}
