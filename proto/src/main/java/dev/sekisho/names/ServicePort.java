package dev.sekisho.names;

import java.util.Optional;

/// A port of a Service or ServiceImport.
///
/// @param name empty when the service has a single unnamed port
public record ServicePort(String name, Transport transport, int number, Optional<String> appProtocol) {
    public ServicePort {
        Ports.require("service port", number);
    }

    public PortKey key() {
        return new PortKey(transport, number);
    }
}
