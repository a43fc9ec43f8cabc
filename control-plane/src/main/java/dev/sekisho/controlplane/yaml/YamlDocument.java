package dev.sekisho.controlplane.yaml;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One document of a YAML file, with the line of every field.
///
/// @param file relative to the cluster's folder
/// @param line where the document begins, from 1
/// @param lines by field path; see [#child]
/// @param written what stands in the file, by field path, where that is not what it is read as: `0120`, `yes`
public record YamlDocument(
        String file, int line, JsonNode content, Map<String, Integer> lines, Map<String, String> written) {
    public YamlDocument {
        lines = Map.copyOf(lines);
        written = Map.copyOf(written);
    }

    /// Of JSON, which is what it says.
    public YamlDocument(String file, int line, JsonNode content, Map<String, Integer> lines) {
        this(file, line, content, lines, Map.of());
    }

    /// The text that `field` holds. What kubectl reads as true or false is text all the same where it does not stand
    /// so: in our own files a name may be `no`.
    public Optional<String> text(String field, JsonNode value) {
        return value.isBoolean()
                ? Optional.ofNullable(written.get(field))
                : Optional.of(value).filter(JsonNode::isString).map(JsonNode::stringValue);
    }

    /// Why `value`, the one of `field`, is no text.
    public String noText(String field, JsonNode value) {
        var shown = YamlText.shown(value);
        return "must be text, got "
                + Optional.ofNullable(written.get(field))
                        .map(text -> "'" + text + "', which YAML reads as " + shown + ": put it in quotes")
                        .orElse(shown);
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
