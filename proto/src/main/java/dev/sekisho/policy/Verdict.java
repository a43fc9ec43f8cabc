package dev.sekisho.policy;

import java.util.List;
import java.util.Optional;

/// What one direction's policies say of a flow, and who decided.
public sealed interface Verdict {
    Direction direction();

    /// Version of the policies that were asked; see [PolicySet#version()].
    String policyVersion();

    default boolean isAllowed() {
        return this instanceof Allowed;
    }

    /// @param by the rule that allowed it; empty when no policy isolates the pod in this direction
    record Allowed(Direction direction, Optional<RuleName> by, String policyVersion) implements Verdict {}

    /// @param isolatedBy the policies that isolate the pod, in name order, none of whose rules matches
    /// @param nearestMiss for the operator: what came closest and what was missing; never shown to the client
    record Denied(Direction direction, List<PolicyName> isolatedBy, String nearestMiss, String policyVersion)
            implements Verdict {
        public Denied {
            isolatedBy = List.copyOf(isolatedBy);
        }
    }

    /// @param index position of the rule in its policy's ingress or egress list, from 0
    record RuleName(PolicyName policy, int index) {
        @Override
        public String toString() {
            return policy + " rule " + index;
        }
    }
}
