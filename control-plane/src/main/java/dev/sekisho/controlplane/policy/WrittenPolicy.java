package dev.sekisho.controlplane.policy;

import dev.sekisho.policy.Policy;
import java.util.List;
import java.util.Map;

/// A policy as an object says it, before the addresses of nodes were put in.
///
/// @param peerFields where the peers of a rule stand in the object, by the rule's field; of a rule that is missing the
///     peers are the entries of its `from` or `to`. A peer for which there is no place stands for the rule as a whole
public record WrittenPolicy(Policy policy, Map<String, List<String>> peerFields) {
    public WrittenPolicy {
        peerFields = Map.copyOf(peerFields);
    }

    /// @param rule `spec.egress[0]`
    /// @param list `to`
    String peerField(String rule, String list, int index) {
        var known = peerFields.get(rule);
        if (known == null) {
            return rule + "." + list + "[" + index + "]";
        }
        return index < known.size() ? known.get(index) : rule;
    }
}
