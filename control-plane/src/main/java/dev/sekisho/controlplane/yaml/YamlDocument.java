package dev.sekisho.controlplane.yaml;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// One document of a YAML file, with the line of every field.
///
/// @param file relative to the cluster's folder
/// @param line where the document begins, from 1
/// @param lines by field path; see [#child]
public record YamlDocument(String file, int line, JsonNode content, Map<String, Integer> lines) {
    public YamlDocument {
        lines = Map.copyOf(lines);
    }

    /// The line of the field, or of the nearest one around it that is in the file.
    public int lineOf(String field) {
        var path = field;
        while (!path.isEmpty()) {
            var known = lines.get(path);
            if (known != null) {
                return known;
            }
            path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
        }
        return line;
    }

    public Problem problem(String field, String reason) {
        return new Problem(file, lineOf(field), field, reason);
    }

    public static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    public static String child(String path, int index) {
        return path + "[" + index + "]";
    }
}
