package dev.sekisho.controlplane.cases;

import com.google.common.net.InetAddresses;
import dev.sekisho.controlplane.kinds.Namespaces;
import dev.sekisho.controlplane.standalone.Definition;
import dev.sekisho.controlplane.standalone.ObjectReader;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Endpoint.ContainerPort;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.compiled.Node;
import dev.sekisho.policy.compiled.PolicyScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// One state of a case's cluster: pods, in the order of the file, and the policies in force. What a step does not say
/// of `namespaces`, `pods`, `nodes` and `clusters` (labels of member clusters) the case says for all its steps.
///
/// @param keys the pod's own `key`, or `namespace/name`, with `cluster:` before it where that is not the local one
record CaseStep(List<CasePod> pods, Map<String, CasePod> keys, List<Policy> policies, PolicyScope scope) {
    private static final List<String> POLICIES =
            List.of("networkPolicies", "clusterSetNetworkPolicies", "clusterNetworkPolicies");

    CaseStep {
        pods = List.copyOf(pods);
        keys = Map.copyOf(keys);
        policies = List.copyOf(policies);
    }

    /// @param endpoint an address when it is on its node's network: then no selector knows it
    record CasePod(String key, Endpoint endpoint) {}

    /// @param path of the step inside the document
    /// @return what could be read; not to be used when a problem was reported
    static CaseStep read(
            YamlDocument document, String path, JsonNode step, ObjectReader objects, Consumer<Problem> problems) {
        var pods = new ArrayList<CasePod>();
        var keys = new LinkedHashMap<String, CasePod>();
        for (var json : field(document, step, "pods")) {
            var field = YamlDocument.child(path + ".pods", pods.size());
            try {
                var pod = pod(field(document, step, "namespaces"), json);
                pods.add(pod);
                keys.put(pod.key(), pod);
            } catch (IllegalArgumentException e) {
                problems.accept(document.problem(field, String.valueOf(e.getMessage())));
            }
        }
        var policies = policies(document, path, step, objects, problems);
        try {
            return new CaseStep(pods, keys, Node.addressed(policies, nodes(document, step)), scope(document, step));
        } catch (IllegalArgumentException e) {
            problems.accept(document.problem(path, String.valueOf(e.getMessage())));
            return new CaseStep(
                    pods, keys, policies, new PolicyScope(CaseFile.CLUSTER, Map.of(), PolicyMode.ENFORCE, Map.of()));
        }
    }

    private static List<Policy> policies(
            YamlDocument document, String path, JsonNode step, ObjectReader objects, Consumer<Problem> problems) {
        var policies = new ArrayList<Policy>();
        var names = new HashSet<PolicyName>();
        for (var kind : POLICIES) {
            var list = step.path(kind);
            for (var i = 0; i < list.size(); i++) {
                var field = YamlDocument.child(YamlDocument.child(path, kind), i);
                objects.read(document, field, list.get(i), problems)
                        .flatMap(CaseStep::policy)
                        .ifPresent(policy -> {
                            if (names.add(policy.name())) {
                                policies.add(policy);
                            } else {
                                problems.accept(document.problem(field, "is a second policy named " + policy.name()));
                            }
                        });
            }
        }
        return policies;
    }

    /// The policy that an object is, if it is one.
    static Optional<Policy> policy(Definition read) {
        return read instanceof Definition.PolicyObject object ? Optional.of(object.policy()) : Optional.empty();
    }

    private static PolicyScope scope(YamlDocument document, JsonNode step) {
        var members = new HashMap<ClusterName, Map<String, String>>();
        members.put(CaseFile.CLUSTER, Map.of());
        field(document, step, "clusters")
                .properties()
                .forEach(member -> members.put(new ClusterName(member.getKey()), labels(member.getValue())));
        return new PolicyScope(CaseFile.CLUSTER, members, PolicyMode.ENFORCE, Map.of());
    }

    private static JsonNode field(YamlDocument document, JsonNode step, String name) {
        return step.has(name) ? step.path(name) : document.content().path(name);
    }

    private static CasePod pod(JsonNode namespaces, JsonNode json) {
        var name = new PodName(text(json, "namespace"), text(json, "name"));
        var cluster = new ClusterName(json.path("cluster").asString(CaseFile.CLUSTER.value()));
        var key = json.path("key").asString(cluster.equals(CaseFile.CLUSTER) ? name.toString() : cluster + ":" + name);
        var address = Optional.of(json.path("ip"))
                .filter(JsonNode::isString)
                .map(ip -> InetAddresses.forString(ip.asString()));
        if (json.path("hostNetwork").asBoolean(false) && address.isPresent()) {
            return new CasePod(key, new Endpoint.Address(address.get()));
        }
        var namespaceLabels = labels(namespaces.path(name.namespace()));
        return new CasePod(
                key,
                new Endpoint.Pod(
                        cluster,
                        name,
                        labels(json.path("labels")),
                        Namespaces.labels(name.namespace(), namespaceLabels),
                        json.path("serviceAccount").asString("default"),
                        address,
                        json.path("ports").valueStream().map(CaseStep::port).toList()));
    }

    private static List<Node> nodes(YamlDocument document, JsonNode step) {
        return field(document, step, "nodes")
                .valueStream()
                .map(json -> new Node(
                        labels(json.path("labels")),
                        json.path("ips")
                                .valueStream()
                                .map(ip -> InetAddresses.forString(ip.asString("")))
                                .toList()))
                .toList();
    }

    private static ContainerPort port(JsonNode json) {
        return new ContainerPort(
                json.path("name").asString(""),
                CaseFields.transport(json.path("protocol").asString("TCP")),
                json.path("port").asInt(0));
    }

    private static String text(JsonNode json, String field) {
        return Optional.of(json.path(field))
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .orElseThrow(() -> new IllegalArgumentException(field + " must be text"));
    }

    static Map<String, String> labels(JsonNode json) {
        var labels = new HashMap<String, String>();
        json.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString("")));
        return labels;
    }
}
