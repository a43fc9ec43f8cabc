package dev.sekisho.gateway.routes;

import dev.sekisho.names.ServiceName;

/// Why a listener of an import is not open.
///
/// @param problem the whole sentence
public record ListenerProblem(ServiceName service, String problem) {}
