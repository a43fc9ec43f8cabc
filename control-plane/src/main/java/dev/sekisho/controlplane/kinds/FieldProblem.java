package dev.sekisho.controlplane.kinds;

/// What is wrong with one field of an object, as an API server would say it.
///
/// @param field path inside the object: `spec.ports[0].port`
/// @param reason what the value must be and what it is
public record FieldProblem(String field, String reason) {}
