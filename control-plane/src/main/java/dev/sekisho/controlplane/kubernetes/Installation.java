package dev.sekisho.controlplane.kubernetes;

/// Where our own objects are, and how they are named.
///
/// @param namespace of our pods
/// @param name what the names of all our objects begin with
public record Installation(String namespace, String name) {
    public String object(String suffix) {
        return name + "-" + suffix;
    }
}
