package dev.sekisho.controlplane.standalone;

/// What makes an object one and the same, whichever file it stands in.
///
/// @param namespace empty for a kind without namespaces
public record ObjectKey(String kind, String namespace, String name) {
    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
