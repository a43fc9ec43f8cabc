package dev.sekisho.controlplane.clusterset;

/// `metav1.Condition` without its times, which whoever writes it fills in.
///
/// @param status `True`, `False` or `Unknown`
public record Condition(String type, String status, String reason, String message) {}
