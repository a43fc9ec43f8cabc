package dev.sekisho.policy.published;

import com.google.common.collect.Streams;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.Ports;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.ClusterPolicy;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.NamespacedPolicy;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.codec.MessageDigest;
import dev.sekisho.policy.codec.PolicyCodec;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.published.PublishedIngress.Subject;
import dev.sekisho.policy.v1.PublishedIngress.Member;
import dev.sekisho.policy.v1.PublishedIngress.NamedPort;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// [PublishedIngress] as a message and back. Namespace and cluster are those of the record that the message is a part
/// of.
///
/// What cannot be read to the last field is as if it had not been sent: who published it decides anyway, and a rule
/// that is only half understood must not refuse anyone.
public final class PublishedIngressCodec {
    private PublishedIngressCodec() {}

    /// Empty when it is larger than [PublishedIngress#MOST_BYTES].
    public static Optional<dev.sekisho.policy.v1.PublishedIngress> toWire(PublishedIngress ingress) {
        return Optional.of(message(ingress)).filter(PublishedIngressCodec::isOfFairSize);
    }

    private static dev.sekisho.policy.v1.PublishedIngress message(PublishedIngress ingress) {
        var scope = ingress.scope();
        var message = dev.sekisho.policy.v1.PublishedIngress.newBuilder()
                .setClusterMode(scope.mode().toWire())
                .setNamespaceMode(scope.modeOf(ingress.namespace()).toWire());
        new TreeMap<>(scope.memberLabels())
                .forEach((cluster, labels) -> message.addMembers(
                        Member.newBuilder().setCluster(cluster.value()).putAllLabels(new TreeMap<>(labels))));
        for (var policy : ingress.policies()) {
            switch (policy) {
                case NamespacedPolicy namespaced -> message.addPolicies(PolicyCodec.toWire(namespaced));
                case ClusterPolicy cluster -> message.addClusterPolicies(PolicyCodec.toWire(cluster));
            }
        }
        ingress.subjects().forEach(subject -> message.addSubjects(toWire(subject)));
        return message.setDigest(MessageDigest.of(message.build())).build();
    }

    private static dev.sekisho.policy.v1.PublishedIngress.Subject toWire(Subject subject) {
        var message = dev.sekisho.policy.v1.PublishedIngress.Subject.newBuilder()
                .putAllLabels(new TreeMap<>(subject.labels()));
        subject.ports()
                .forEach(port -> message.addPorts(NamedPort.newBuilder()
                        .setName(port.name())
                        .setProtocol(port.transport().toWire())
                        .setNumber(port.number())));
        return message.build();
    }

    /// Empty when it is too large, damaged, or says something that this version does not know.
    public static Optional<PublishedIngress> fromWire(
            dev.sekisho.policy.v1.PublishedIngress message,
            ClusterName cluster,
            String namespace,
            Map<String, String> namespaceLabels) {
        if (!isOfFairSize(message)) {
            return Optional.empty();
        }
        try {
            // A reader writes again what it understood, as with single policies.
            return Optional.of(read(message, cluster, namespace, namespaceLabels))
                    .filter(read -> message(read).getDigest().equals(message.getDigest()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static boolean isOfFairSize(dev.sekisho.policy.v1.PublishedIngress message) {
        return message.getSerializedSize() <= PublishedIngress.MOST_BYTES;
    }

    private static PublishedIngress read(
            dev.sekisho.policy.v1.PublishedIngress message,
            ClusterName cluster,
            String namespace,
            Map<String, String> namespaceLabels) {
        var members = message.getMembersList().stream()
                .collect(Collectors.toMap(
                        member -> new ClusterName(member.getCluster()), Member::getLabelsMap, (_, later) -> later));
        var policies = Streams.<Policy>concat(
                        message.getPoliciesList().stream().map(PolicyCodec::fromWire),
                        message.getClusterPoliciesList().stream().map(PolicyCodec::fromWire))
                .toList();
        return new PublishedIngress(
                new PolicyScope(
                        cluster,
                        members,
                        PolicyMode.of(message.getClusterMode()),
                        Map.of(namespace, PolicyMode.of(message.getNamespaceMode()))),
                namespace,
                namespaceLabels,
                policies,
                message.getSubjectsList().stream()
                        .map(PublishedIngressCodec::subject)
                        .toList());
    }

    private static Subject subject(dev.sekisho.policy.v1.PublishedIngress.Subject message) {
        return new Subject(
                message.getLabelsMap(),
                message.getPortsList().stream()
                        .map(port -> new ContainerPort(
                                port.getName(),
                                Transport.of(port.getProtocol()),
                                Ports.require("container port", port.getNumber())))
                        .toList());
    }
}
