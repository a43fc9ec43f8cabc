package dev.sekisho.cli.kubernetes;

import com.google.common.net.InetAddresses;
import dev.sekisho.cli.UserError;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What a pod is told of itself, from the downward API: the variables `POD_NAME`, `POD_NAMESPACE`, `POD_IPS` or
/// `POD_IP`.
///
/// @param addresses of the pod, one per family, the cluster's first family first
record PodEnvironment(String name, String namespace, List<InetAddress> addresses) {
    PodEnvironment {
        addresses = List.copyOf(addresses);
    }

    /// @param variables of the environment
    /// @throws UserError when one is missing or wrong
    static PodEnvironment of(Map<String, String> variables) {
        return new PodEnvironment(
                required(variables, "POD_NAME"),
                required(variables, "POD_NAMESPACE"),
                Stream.of(find(variables, "POD_IPS")
                                .or(() -> find(variables, "POD_IP"))
                                .orElse("")
                                .split(",", -1))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .map(PodEnvironment::address)
                        .toList());
    }

    private static String required(Map<String, String> variables, String name) {
        return find(variables, name)
                .orElseThrow(() -> new UserError(
                        "the environment variable " + name + " is not set; a pod has it from the downward API"));
    }

    private static Optional<String> find(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    private static InetAddress address(String text) {
        try {
            return InetAddresses.forString(text);
        } catch (IllegalArgumentException e) {
            throw new UserError("the environment variable POD_IPS must be IP addresses, got '" + text + "'", e);
        }
    }
}
