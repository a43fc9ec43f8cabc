package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Why a file of the folder is not in force as it is, as the control plane that runs on it tells.
///
/// @param inForce what is in force instead, in words
public record RefusedFile(Problem problem, String inForce) {
    static final String NAME = "problems.yaml";
    private static final String OLD_SETTINGS = "the settings of the last start";

    /// What becomes of a `cluster.yaml` that is sound, but was not there at the start.
    static RefusedFile newSettings() {
        return new RefusedFile(
                new Problem(ClusterFile.NAME, 0, "", "has changed; that takes effect with the next start"),
                OLD_SETTINGS);
    }

    /// Whether nothing is wrong with the file, but the programs must be started again.
    public boolean needsStart() {
        return inForce.equals(OLD_SETTINGS);
    }

    /// Where the control plane tells it.
    public static Path told(Path directory) {
        return directory.resolve("status").resolve(NAME);
    }

    /// @param directory the cluster's folder
    /// @return in the order of the files; none when the control plane has not told anything yet
    /// @throws IOException when what it has told cannot be read
    public static List<RefusedFile> in(Path directory) throws IOException {
        var told = told(directory);
        if (!Files.exists(told)) {
            return List.of();
        }
        var damage = new ArrayList<Problem>();
        var documents = YamlText.documents(NAME, Files.readString(told), damage::add);
        if (documents.isEmpty()) {
            throw new IOException(damage.getFirst().toString());
        }
        return documents.get().stream()
                .flatMap(list -> list.content().path("items").valueStream())
                .map(RefusedFile::of)
                .toList();
    }

    private static RefusedFile of(JsonNode item) {
        return new RefusedFile(
                new Problem(
                        item.path("file").asString(""),
                        item.path("line").asInt(0),
                        item.path("field").asString(""),
                        item.path("reason").asString("")),
                item.path("inForce").asString(""));
    }
}
