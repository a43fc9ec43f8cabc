package dev.sekisho.cli;

import tools.jackson.databind.JsonNode;

/// What stands behind the name of an endpoint, or of a cluster, that is not ready.
final class Readinesses {
    private Readinesses() {}

    static String behind(JsonNode named) {
        if (named.path("ready").asBoolean(true)) {
            return "";
        }
        return named.path("terminating").asBoolean(false) ? " (terminating)" : " (not ready)";
    }
}
