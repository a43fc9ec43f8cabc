package dev.sekisho.policy;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.LabelSelector.Operator;
import dev.sekisho.policy.LabelSelector.Requirement;
import dev.sekisho.policy.NamespacedPolicy.Rule;
import dev.sekisho.policy.Policy.PeerSelector;
import dev.sekisho.policy.Policy.PortSelector;
import dev.sekisho.policy.compiled.PolicySet;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Short ways to say pods, selectors and policies. Labels are written `role=db,tier=gold`.
public final class Given {
    public static final ClusterName TOKYO = new ClusterName("tokyo");
    public static final ClusterName OSAKA = new ClusterName("osaka");

    private Given() {}

    public static Endpoint.Pod pod(ClusterName cluster, String name, String labels) {
        return pod(cluster, name, labels, "", "10.0.0.1");
    }

    public static Endpoint.Pod pod(
            ClusterName cluster,
            String name,
            String labels,
            String namespaceLabels,
            String address,
            Endpoint.ContainerPort... ports) {
        var podName = PodName.parse(name);
        var all = labels(namespaceLabels);
        all.put("kubernetes.io/metadata.name", podName.namespace());
        return new Endpoint.Pod(
                cluster, podName, labels(labels), all, "default", Optional.of(address(address)), List.of(ports));
    }

    public static Endpoint.ContainerPort named(String name, Transport transport, int number) {
        return new Endpoint.ContainerPort(name, transport, number);
    }

    public static Endpoint.RemoteService service(
            ClusterName cluster, String name, String podLabels, TargetPort... targets) {
        var serviceName = ServiceName.parse(name);
        return new Endpoint.RemoteService(
                cluster,
                serviceName,
                labels(podLabels),
                Map.of("kubernetes.io/metadata.name", serviceName.namespace()),
                List.of(targets));
    }

    public static Endpoint.Address host(String address) {
        return new Endpoint.Address(address(address));
    }

    public static InetAddress address(String text) {
        return InetAddresses.forString(text);
    }

    public static Map<String, String> labels(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(label -> !label.isEmpty())
                .map(label -> label.split("=", 2))
                .collect(Collectors.toMap(label -> label[0], label -> label[1]));
    }

    public static LabelSelector selector(String labels) {
        return new LabelSelector(labels(labels), List.of());
    }

    public static LabelSelector selector(String key, Operator operator, String... values) {
        return new LabelSelector(Map.of(), List.of(new Requirement(key, operator, List.of(values))));
    }

    public static PeerSelector pods(LabelSelector pods) {
        return new PeerSelector.Pods(Optional.empty(), Optional.of(pods));
    }

    public static PeerSelector namespaces(LabelSelector namespaces) {
        return new PeerSelector.Pods(Optional.of(namespaces), Optional.empty());
    }

    public static PeerSelector podsIn(LabelSelector namespaces, LabelSelector pods) {
        return new PeerSelector.Pods(Optional.of(namespaces), Optional.of(pods));
    }

    public static PeerSelector block(String cidr, String... except) {
        return new PeerSelector.Block(
                Cidr.parse(cidr), Arrays.stream(except).map(Cidr::parse).toList());
    }

    public static PortSelector tcp(int port) {
        return new PortSelector.PortRange(Transport.TCP, port, port);
    }

    public static PortSelector tcp(String name) {
        return new PortSelector.NamedPort(Transport.TCP, name);
    }

    public static Rule rule(List<PeerSelector> peers, PortSelector... ports) {
        return new Rule(peers, List.of(ports));
    }

    public static NamespacedPolicy ingress(String name, String subject, Rule... rules) {
        return new NamespacedPolicy(
                policyName(name), selector(subject), Set.of(Direction.INGRESS), List.of(rules), List.of());
    }

    public static NamespacedPolicy egress(String name, String subject, Rule... rules) {
        return new NamespacedPolicy(
                policyName(name), selector(subject), Set.of(Direction.EGRESS), List.of(), List.of(rules));
    }

    public static PolicyName policyName(String name) {
        var pod = PodName.parse(name);
        return new PolicyName(pod.namespace(), pod.name());
    }

    public static PolicySet tokyo(Policy... policies) {
        return new PolicySet(TOKYO, List.of(policies));
    }
}
