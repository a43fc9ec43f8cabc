package dev.sekisho.policy.published;

import static java.util.Comparator.comparing;

import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.Labels;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.PolicyScope;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a cluster tells others of the ingress rules of one exported service; see [NamespaceIngress#publish] for what is
/// in it, and [RemoteIngress] for what is made of it.
///
/// @param scope of the exporter: its modes, and labels of its peers where a rule asks for them
/// @param namespace the service's, with all its labels
/// @param policies in name order
/// @param subjects the different kinds of pods behind the service, in an order of their own
public record PublishedIngress(
        PolicyScope scope,
        String namespace,
        Map<String, String> namespaceLabels,
        List<Policy> policies,
        List<Subject> subjects) {
    public static final int MOST_SUBJECTS = 64;

    /// Of the message. It travels with every export, and a namespace may have many.
    public static final int MOST_BYTES = 16 * 1024;

    /// @throws IllegalArgumentException when there are too many subjects, or two policies of the same name
    public PublishedIngress {
        namespaceLabels = Labels.of(namespaceLabels);
        policies = policies.stream().sorted(comparing(Policy::name)).toList();
        subjects = subjects.stream().distinct().sorted().toList();
        if (subjects.size() > MOST_SUBJECTS) {
            throw new IllegalArgumentException(
                    "subjects must be at most " + MOST_SUBJECTS + ", got " + subjects.size());
        }
        var names = new HashSet<PolicyName>();
        for (var policy : policies) {
            if (!names.add(policy.name())) {
                throw new IllegalArgumentException("there are two policies " + policy.name());
            }
        }
    }

    /// Pods that the policies cannot tell apart.
    public record Subject(Map<String, String> labels, List<ContainerPort> ports) implements Comparable<Subject> {
        public Subject {
            labels = Labels.of(labels);
            ports = ports.stream()
                    .distinct()
                    .sorted(comparing(ContainerPort::name)
                            .thenComparing(ContainerPort::transport)
                            .thenComparingInt(ContainerPort::number))
                    .toList();
        }

        @Override
        public int compareTo(Subject other) {
            return comparing((Subject subject) -> new TreeMap<>(subject.labels).toString())
                    .thenComparing(subject -> subject.ports.toString())
                    .compare(this, other);
        }
    }
}
