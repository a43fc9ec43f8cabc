package dev.sekisho.cli;

import dev.sekisho.controlplane.standalone.FolderSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Adds to every rule that an answer of `/explain` names the file and line it stands in: `place`.
final class RulePlaces {
    private RulePlaces() {}

    /// @param folder of the cluster that answered; when it cannot be read just now, the answer stays as it is
    static JsonNode added(JsonNode answer, Path folder) {
        snapshot(folder).ifPresent(snapshot -> add(answer, snapshot));
        return answer;
    }

    private static Optional<FolderSnapshot> snapshot(Path folder) {
        try {
            return Optional.of(FolderSnapshot.read(folder));
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static void add(JsonNode node, FolderSnapshot snapshot) {
        if (node instanceof ObjectNode rule && rule.has("kind") && rule.has("field")) {
            snapshot.place(text(rule, "kind"), text(rule, "namespace"), text(rule, "name"), text(rule, "field"))
                    .ifPresent(place -> rule.put("place", place));
        }
        node.forEach(child -> add(child, snapshot));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }
}
