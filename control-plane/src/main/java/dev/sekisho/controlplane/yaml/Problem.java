package dev.sekisho.controlplane.yaml;

/// Why a file is refused, as exactly as it can be told.
///
/// @param file relative to the cluster's folder
/// @param line from 1; 0 when the problem is in no line, such as a file that cannot be opened
/// @param field path inside the object, `spec.ports[0].port`; empty when the text is no YAML
public record Problem(String file, int line, String field, String reason) {
    /// `file:line: field: reason`, without the parts that are not known.
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (field.isEmpty() ? "" : field + ": ") + reason;
    }
}
