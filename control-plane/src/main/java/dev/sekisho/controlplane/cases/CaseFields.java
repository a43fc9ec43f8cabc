package dev.sekisho.controlplane.cases;

import dev.sekisho.names.Ports;
import dev.sekisho.names.Transport;
import java.util.Arrays;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Reads single fields of a case. What is wrong is an [IllegalArgumentException] that names the field and the value.
final class CaseFields {
    private CaseFields() {}

    static Transport transport(String text) {
        return Arrays.stream(Transport.values())
                .filter(transport -> transport.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("protocol must be one of "
                        + Arrays.stream(Transport.values()).map(Transport::name).collect(Collectors.joining(", "))
                        + ", got '" + text + "'"));
    }

    static int port(JsonNode owner) {
        return port(owner.path("port").asString(""));
    }

    static int port(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("port must be 1 to 65535, got '" + text + "'");
        }
        return Ports.require("port", Integer.parseInt(text));
    }

    static boolean flag(JsonNode owner, String field) {
        var value = owner.path(field);
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(
                    field + " must be true or false, got " + (value.isMissingNode() ? "nothing" : value));
        }
        return value.asBoolean();
    }
}
