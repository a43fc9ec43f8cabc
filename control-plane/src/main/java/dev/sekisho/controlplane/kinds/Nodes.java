package dev.sekisho.controlplane.kinds;

import dev.sekisho.policy.compiled.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// `v1` Node, of which only labels and addresses are asked for.
public final class Nodes {
    private static final Set<String> IP_TYPES = Set.of("InternalIP", "ExternalIP");

    private Nodes() {}

    public static List<FieldProblem> problems(io.fabric8.kubernetes.api.model.Node node, Origin origin) {
        var problems = new FieldProblems(origin);
        Metadata.check(problems, node.getMetadata(), Metadata.NameForm.SUBDOMAIN);
        Metadata.forbidNamespace(problems, node.getMetadata());
        var index = 0;
        for (var address : addresses(node).toList()) {
            if (IP_TYPES.contains(address.getType())) {
                problems.address("status.addresses[" + index + "].address", address.getAddress());
            }
            index++;
        }
        return problems.found();
    }

    /// Also of a node that has problems: its addresses are those that can be read. Names among them are none.
    public static Node node(io.fabric8.kubernetes.api.model.Node node) {
        var unchecked = new FieldProblems(Origin.API_SERVER);
        return new Node(
                Metadata.labels(node.getMetadata()),
                addresses(node)
                        .flatMap(address -> unchecked.address("", address.getAddress()).stream())
                        .distinct()
                        .toList());
    }

    private static Stream<NodeAddress> addresses(io.fabric8.kubernetes.api.model.Node node) {
        return Optional.ofNullable(node.getStatus()).stream().flatMap(status -> status.getAddresses().stream());
    }
}
