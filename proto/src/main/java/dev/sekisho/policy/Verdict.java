package dev.sekisho.policy;

import com.google.common.base.Suppliers;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What one direction's policies say of a flow, and who decided.
public sealed interface Verdict {
    Direction direction();

    /// The rules that handed the decision on to the next tier, in the order they were asked.
    List<RuleName> passedBy();

    /// Version of the policies that were asked; see [dev.sekisho.policy.compiled.PolicySet#version()].
    String policyVersion();

    default boolean isAllowed() {
        return this instanceof Allowed;
    }

    /// @param by the rule that allowed it; empty when no policy isolates the pod in this direction, and for a flow that
    ///     is only let through
    /// @param audited the denial that it would be if its policies were enforced; see [PolicyMode#AUDIT]
    record Allowed(
            Direction direction,
            Optional<RuleName> by,
            List<RuleName> passedBy,
            Optional<Denied> audited,
            String policyVersion)
            implements Verdict {
        public Allowed {
            passedBy = List.copyOf(passedBy);
        }

        public Allowed(Direction direction, Optional<RuleName> by, String policyVersion) {
            this(direction, by, List.of(), Optional.empty(), policyVersion);
        }
    }

    /// @param isolatedBy the policies that isolate the pod, in name order, none of whose rules matches; empty when a
    ///     rule denied it
    /// @param by the rule of a ClusterNetworkPolicy that denied it
    /// @param reason for the operator: what came closest and what was missing; never shown to the client
    record Denied(
            Direction direction,
            List<PolicyName> isolatedBy,
            Optional<RuleName> by,
            List<RuleName> passedBy,
            Reason reason,
            String policyVersion)
            implements Verdict {
        public Denied {
            isolatedBy = List.copyOf(isolatedBy);
            passedBy = List.copyOf(passedBy);
        }

        /// A denial that no rule decided.
        public static Denied because(Direction direction, String reason, String policyVersion) {
            return new Denied(
                    direction, List.of(), Optional.empty(), List.of(), new Reason(() -> reason), policyVersion);
        }

        public String nearestMiss() {
            return reason.toString();
        }
    }

    /// A sentence that is made when it is first asked for: to find what came closest costs more than the verdict.
    final class Reason {
        private final Supplier<String> sentence;

        public Reason(Supplier<String> sentence) {
            this.sentence = Suppliers.memoize(sentence::get);
        }

        @Override
        public String toString() {
            return sentence.get();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Reason reason && toString().equals(reason.toString());
        }

        @Override
        public int hashCode() {
            return toString().hashCode();
        }
    }

    /// @param index position of the rule in its policy's ingress or egress list, from 0
    /// @param name its own name, empty when it has none
    record RuleName(PolicyName policy, int index, String name) {
        @Override
        public String toString() {
            return policy + " rule " + index + (name.isEmpty() ? "" : " (" + name + ")");
        }
    }
}
