package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.clusterset.Condition;
import dev.sekisho.controlplane.clusterset.Import;
import dev.sekisho.controlplane.kinds.Conditions;
import dev.sekisho.controlplane.kinds.ServiceImports;
import dev.sekisho.controlplane.reconcile.Results.PeerStatus;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Results in the form of the objects that an API server would hold. Plain functions.
final class ResultObjects {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String MCS_VERSION = "multicluster.x-k8s.io/v1beta1";

    private ResultObjects() {}

    /// A ServiceImport.
    ///
    /// @param before as it was written last, for the times of its conditions
    static ObjectNode serviceImport(Import of, List<Condition> conditions, Optional<ObjectNode> before, Instant now) {
        var object = object(MCS_VERSION, "ServiceImport", of.name());
        var metadata = object.withObject("metadata");
        of.labels().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(label -> metadata.withObject("labels").put(label.getKey(), label.getValue()));
        of.annotations().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(note -> metadata.withObject("annotations").put(note.getKey(), note.getValue()));
        object.set("spec", MAPPER.valueToTree(ServiceImports.spec(of)));
        var status = object.putObject("status");
        status.set("clusters", MAPPER.valueToTree(ServiceImports.clusters(of)));
        addConditions(status, conditions, before, now);
        return object;
    }

    /// A ServiceExport's status; its spec stays in the user's file.
    ///
    /// @param before as in [#serviceImport]
    static ObjectNode serviceExport(
            ServiceName name, List<Condition> conditions, Optional<ObjectNode> before, Instant now) {
        var object = object(MCS_VERSION, "ServiceExport", name);
        addConditions(object.putObject("status"), conditions, before, now);
        return object;
    }

    /// A Peer's status.
    static ObjectNode peer(ClusterName name, PeerStatus peer, Instant now) {
        var object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", ClusterFile.API_VERSION).put("kind", "Peer");
        object.putObject("metadata").put("name", name.value());
        var status = object.putObject("status");
        status.put("connected", peer.connected());
        peer.lastHeardAt()
                .ifPresent(at -> status.put(
                                "lastHeardAt",
                                at.truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("age", age(Duration.between(at, now))));
        status.put("exports", peer.exports());
        if (!peer.problem().isEmpty()) {
            status.put("problem", peer.problem());
        }
        return object;
    }

    static ObjectNode problem(RefusedFile refused) {
        var problem = refused.problem();
        var object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", ClusterFile.API_VERSION).put("kind", "Problem").put("file", problem.file());
        if (problem.line() > 0) {
            object.put("line", problem.line());
        }
        if (!problem.field().isEmpty()) {
            object.put("field", problem.field());
        }
        object.put("reason", problem.reason());
        object.put("inForce", refused.inForce());
        return object;
    }

    // In whole units, the larger the older, as kubectl shows ages.
    private static String age(Duration age) {
        if (age.compareTo(Duration.ofMinutes(2)) < 0) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        return age.compareTo(Duration.ofHours(3)) < 0 ? age.toMinutes() + "m" : age.toHours() + "h";
    }

    private static ObjectNode object(String apiVersion, String kind, ServiceName name) {
        var object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("name", name.name()).put("namespace", name.namespace());
        return object;
    }

    private static void addConditions(
            ObjectNode status, List<Condition> conditions, Optional<ObjectNode> before, Instant now) {
        if (conditions.isEmpty()) {
            return;
        }
        var written = status.putArray("conditions");
        Conditions.of(conditions, conditions(before), Optional.empty(), now)
                .forEach(condition -> written.addObject()
                        .put("type", condition.getType())
                        .put("status", condition.getStatus())
                        .put("lastTransitionTime", condition.getLastTransitionTime())
                        .put("reason", condition.getReason())
                        .put("message", condition.getMessage()));
    }

    private static List<io.fabric8.kubernetes.api.model.Condition> conditions(Optional<ObjectNode> object) {
        return object.stream()
                .flatMap(written -> written.path("status").path("conditions").valueStream())
                .flatMap(condition -> condition(condition).stream())
                .toList();
    }

    /// Empty when somebody else has written something there that is none.
    private static Optional<io.fabric8.kubernetes.api.model.Condition> condition(JsonNode written) {
        try {
            return Optional.of(MAPPER.treeToValue(written, io.fabric8.kubernetes.api.model.Condition.class));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }
}
