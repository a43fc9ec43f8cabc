package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.kinds.ClusterNetworkPolicies;
import dev.sekisho.controlplane.kinds.ClusterNetworkPolicy;
import dev.sekisho.controlplane.kinds.ClusterSetNetworkPolicies;
import dev.sekisho.controlplane.kinds.ClusterSetNetworkPolicy;
import dev.sekisho.controlplane.kinds.EndpointSlices;
import dev.sekisho.controlplane.kinds.FieldProblem;
import dev.sekisho.controlplane.kinds.Metadata;
import dev.sekisho.controlplane.kinds.Namespaces;
import dev.sekisho.controlplane.kinds.NetworkPolicies;
import dev.sekisho.controlplane.kinds.Nodes;
import dev.sekisho.controlplane.kinds.Origin;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.kinds.Peers;
import dev.sekisho.controlplane.kinds.Pods;
import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceExports;
import dev.sekisho.controlplane.kinds.Services;
import dev.sekisho.controlplane.policy.WrittenPolicy;
import dev.sekisho.controlplane.standalone.FileVersions.Defined;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.controlplane.yaml.YamlText;
import dev.sekisho.names.ClusterName;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the objects of a file: the kinds a standalone cluster knows, and `v1` List of them.
public final class ObjectReader {
    private static final Logger log = LoggerFactory.getLogger(ObjectReader.class);
    private static final String LIST = "v1 List";
    private static final Set<String> DUAL_STACK = Set.of("PreferDualStack", "RequireDualStack");

    private final ClusterName cluster;
    private final Map<String, Kind<?>> kinds = new HashMap<>();

    /// @param cluster which may have no peer of its own name
    /// @param ipFamilies of the cluster, its usual one first
    public ObjectReader(ClusterName cluster, List<String> ipFamilies) {
        this.cluster = cluster;
        kinds.put(
                "v1 Namespace",
                new Kind<>(
                        Namespace.class,
                        of(Namespaces::problems),
                        namespace -> new Definition.Namespace(
                                namespace.getMetadata().getName(),
                                Metadata.labels(namespace.getMetadata()),
                                Namespaces.policyMode(namespace))));
        kinds.put(
                "v1 Node",
                new Kind<>(
                        Node.class,
                        of(Nodes::problems),
                        node -> new Definition.Node(node.getMetadata().getName(), Nodes.node(node))));
        kinds.put("v1 Pod", new Kind<>(Pod.class, of(Pods::problems), ObjectReader::pod));
        kinds.put(
                "v1 Service",
                new Kind<>(
                        Service.class,
                        of(Services::problems),
                        service -> new Definition.Service(
                                Services.service(service, ipFamilies),
                                Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses()),
                                mayBeOfAnyFamily(service.getSpec()))));
        kinds.put(
                "discovery.k8s.io/v1 EndpointSlice",
                new Kind<>(
                        EndpointSlice.class,
                        of(EndpointSlices::problems),
                        slice -> new Definition.EndpointSlice(
                                Metadata.namespace(slice.getMetadata()),
                                slice.getMetadata().getName(),
                                EndpointSlices.slice(slice, Origin.FILE))));
        kinds.put(
                "networking.k8s.io/v1 NetworkPolicy",
                new Kind<>(
                        NetworkPolicy.class,
                        of(NetworkPolicies::problems),
                        policy -> new Definition.PolicyObject(NetworkPolicies.policy(policy))));
        kinds.put(
                ClusterFile.API_VERSION + " ClusterSetNetworkPolicy",
                new Kind<>(
                                ClusterSetNetworkPolicy.class,
                                of(ClusterSetNetworkPolicies::problems),
                                policy -> new Definition.PolicyObject(ClusterSetNetworkPolicies.policy(policy)))
                        .custom());
        kinds.put(
                "policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy",
                new Kind<>(
                                ClusterNetworkPolicy.class,
                                of(ClusterNetworkPolicies::problems),
                                policy -> new Definition.PolicyObject(new WrittenPolicy(
                                        ClusterNetworkPolicies.policy(policy),
                                        ClusterNetworkPolicies.peerFields(policy))))
                        .custom());
        var export = new Kind<>(ServiceExport.class, of(ServiceExports::problems), ObjectReader::export).custom();
        kinds.put("multicluster.x-k8s.io/v1beta1 ServiceExport", export);
        kinds.put("multicluster.x-k8s.io/v1alpha1 ServiceExport", export);
        kinds.put(
                ClusterFile.API_VERSION + " Peer",
                new Kind<>(Peer.class, this::peerProblems, peer -> new Definition.Peer(Peers.peer(peer)))
                        .custom()
                        .withoutStatus());
    }

    /// @return the objects in all documents; when a problem was reported they are not to be used
    List<Defined> read(String file, String text, Consumer<Problem> problems) {
        var objects = new ArrayList<Defined>();
        for (var document : YamlText.documents(file, text, problems).orElse(List.of())) {
            readAny(document, objects, problems);
        }
        refuseTwins(file, objects, problems);
        return objects;
    }

    /// One object that stands by itself at `path` of a document, wherever that came from.
    ///
    /// @return empty when a problem was reported
    public Optional<Definition> read(YamlDocument document, String path, JsonNode tree, Consumer<Problem> problems) {
        return readOne(document, path, tree, problems).map(Defined::definition);
    }

    private void readAny(YamlDocument document, List<Defined> objects, Consumer<Problem> problems) {
        var content = document.content();
        if (!kindOf(content).equals(LIST)) {
            readOne(document, "", content, problems).ifPresent(objects::add);
            return;
        }
        content.propertyNames().stream()
                .filter(name ->
                        !List.of("apiVersion", "kind", "metadata", "items").contains(name))
                .forEach(name -> problems.accept(document.problem(name, "is no field that is known here")));
        var items = content.path("items");
        if (!items.isMissingNode() && !items.isNull() && !items.isArray()) {
            problems.accept(document.problem("items", "must be a list, got " + YamlText.shown(items)));
        }
        for (var i = 0; i < items.size() && items.isArray(); i++) {
            readOne(document, YamlDocument.child("items", i), items.get(i), problems)
                    .ifPresent(objects::add);
        }
    }

    private Optional<Defined> readOne(YamlDocument document, String path, JsonNode tree, Consumer<Problem> problems) {
        if (!tree.isObject()) {
            problems.accept(document.problem(path, "must be an object, got " + YamlText.shown(tree)));
            return Optional.empty();
        }
        var kind = kinds.get(kindOf(tree));
        if (kind == null) {
            problems.accept(document.problem(
                    YamlDocument.child(path, "kind"),
                    "is of apiVersion and kind '" + kindOf(tree) + "'; known are "
                            + String.join(", ", kinds.keySet().stream().sorted().toList())));
            return Optional.empty();
        }
        return kind.read(document, path, tree, problems);
    }

    private static <T> Function<T, List<FieldProblem>> of(BiFunction<T, Origin, List<FieldProblem>> problems) {
        return object -> problems.apply(object, Origin.FILE);
    }

    private static String kindOf(JsonNode tree) {
        return tree.path("apiVersion").asString("") + " " + tree.path("kind").asString("");
    }

    // Two objects of one file that claim the same: neither came first.
    private static void refuseTwins(String file, List<Defined> objects, Consumer<Problem> problems) {
        var first = new HashMap<String, Defined>();
        for (var object : objects) {
            for (var claim : object.definition().claims()) {
                var earlier = first.putIfAbsent(claim, object);
                if (earlier != null) {
                    problems.accept(new Problem(
                            file,
                            object.line(),
                            FileVersions.field(claim),
                            claim + " is already given in " + file + ":" + earlier.line()));
                }
            }
        }
    }

    private static Definition pod(Pod pod) {
        var spec = Optional.ofNullable(pod.getSpec());
        return new Definition.Pod(
                Pods.pod(pod), Pods.readiness(pod), spec.map(s -> s.getHostname()), spec.map(s -> s.getSubdomain()));
    }

    private static boolean mayBeOfAnyFamily(ServiceSpec spec) {
        var ip = Objects.requireNonNullElse(spec.getClusterIP(), "");
        var saysNothing = spec.getIpFamilies().isEmpty() && (ip.isEmpty() || ip.equals("None"));
        // An API server adds the other family to the one that a dual-stack Service names.
        return saysNothing || DUAL_STACK.contains(Objects.requireNonNullElse(spec.getIpFamilyPolicy(), ""));
    }

    private static Definition export(ServiceExport export) {
        return new Definition.ServiceExport(
                ServiceExports.name(export),
                Metadata.createdAt(export.getMetadata()),
                ServiceExports.exportedLabels(export),
                ServiceExports.exportedAnnotations(export));
    }

    private List<FieldProblem> peerProblems(Peer peer) {
        var problems = new ArrayList<>(Peers.problems(peer, Origin.FILE));
        if (problems.isEmpty() && cluster.value().equals(peer.getMetadata().getName())) {
            problems.add(new FieldProblem("metadata.name", "is this cluster's own name, '" + cluster + "'"));
        }
        return problems;
    }

    /// What becomes of a field that is given as null.
    private enum Nulls {
        READ,
        DROPPED
    }

    /// @param definition of an object that has no problems
    /// @param readsStatus whether what stands in its status has to be in order
    private record Kind<T>(
            Class<T> type,
            Function<T, List<FieldProblem>> problems,
            Function<T, Definition> definition,
            Nulls nulls,
            boolean readsStatus) {
        Kind(Class<T> type, Function<T, List<FieldProblem>> problems, Function<T, Definition> definition) {
            this(type, problems, definition, Nulls.READ, true);
        }

        /// Of a kind that an API server only knows by its definition.
        Kind<T> custom() {
            return new Kind<>(type, problems, definition, Nulls.DROPPED, readsStatus);
        }

        /// Of a kind whose status may hold anything: the one in our own results says more than the one in a cluster.
        Kind<T> withoutStatus() {
            return new Kind<>(type, problems, definition, nulls, false);
        }

        Optional<Defined> read(YamlDocument document, String path, JsonNode tree, Consumer<Problem> report) {
            try {
                return checked(document, path, tree, report);
            } catch (RuntimeException e) {
                // A mistake of ours; were it thrown on, the files of others would not be taken in either.
                log.atError()
                        .addKeyValue("file", document.file())
                        .addKeyValue("line", document.lineOf(path))
                        .setCause(e)
                        .log("An object cannot be read, so its file is refused");
                report.accept(document.problem(path, "cannot be read: " + e));
                return Optional.empty();
            }
        }

        private Optional<Defined> checked(YamlDocument document, String path, JsonNode tree, Consumer<Problem> report) {
            var given = nulls == Nulls.DROPPED ? StrictObjects.withoutNulls(tree) : tree;
            if (!readsStatus && given instanceof ObjectNode object) {
                object.remove("status");
            }
            return StrictObjects.read(document, path, given, type, report).flatMap(object -> {
                var found = problems.apply(object);
                found.forEach(problem -> report.accept(document.problem(
                        path.isEmpty() ? problem.field() : path + "." + problem.field(), problem.reason())));
                return found.isEmpty()
                        ? Optional.of(new Defined(document.lineOf(path), definition.apply(object)))
                        : Optional.empty();
            });
        }
    }
}
