package dev.sekisho.names;

import static java.util.Comparator.comparingInt;

import java.util.List;
import java.util.stream.Stream;

/// A pod port behind a service port.
///
/// @param names of the container ports of that number, sorted; a NetworkPolicy may select the port by any of them. None
///     when they have none
public record TargetPort(int number, List<String> names) implements Comparable<TargetPort> {
    public TargetPort {
        Ports.require("target port", number);
        names = names.stream()
                .filter(name -> !name.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    /// @param name empty when it has none
    public TargetPort(int number, String name) {
        this(number, List.of(name));
    }

    /// As a message carries it.
    public static TargetPort of(int number, String name, List<String> otherNames) {
        return new TargetPort(
                number, Stream.concat(Stream.of(name), otherNames.stream()).toList());
    }

    @Override
    public int compareTo(TargetPort other) {
        return comparingInt(TargetPort::number)
                .thenComparing(target -> String.join(",", target.names))
                .compare(this, other);
    }
}
