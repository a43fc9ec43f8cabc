package dev.sekisho.names;

/// A pod port behind a service port.
///
/// @param name the container port's name, empty when it has none; a NetworkPolicy may select the port by it
public record TargetPort(int number, String name) {
    public TargetPort {
        Ports.require("target port", number);
    }
}
