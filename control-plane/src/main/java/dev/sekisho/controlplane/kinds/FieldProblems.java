package dev.sekisho.controlplane.kinds;

import com.google.common.net.InetAddresses;
import dev.sekisho.names.DnsNames;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Collects what is wrong with one object, with the checks that several kinds share.
final class FieldProblems {
    private static final Pattern NAME_PART = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern PORT_NAME = Pattern.compile("(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*");

    private static final int MAX_ANNOTATION_BYTES = 256 << 10;

    private final Origin origin;
    private final List<FieldProblem> found = new ArrayList<>();

    FieldProblems(Origin origin) {
        this.origin = origin;
    }

    /// Whether nobody has checked the object yet.
    boolean isOfFile() {
        return origin == Origin.FILE;
    }

    List<FieldProblem> found() {
        return List.copyOf(found);
    }

    void add(String field, String reason) {
        found.add(new FieldProblem(field, reason));
    }

    void require(boolean sound, String field, String reason) {
        if (!sound) {
            add(field, reason);
        }
    }

    void oneOf(Set<String> allowed, String field, @Nullable String value) {
        if (value != null && !allowed.contains(value)) {
            add(
                    field,
                    "must be one of "
                            + String.join(", ", allowed.stream().sorted().toList()) + ", got '" + value + "'");
        }
    }

    /// As [#oneOf], of a field whose empty text an API server takes for its default.
    void oneOfOrEmpty(Set<String> allowed, String field, @Nullable String value) {
        oneOf(allowed, field, "".equals(value) ? null : value);
    }

    /// Of a field whose empty text stands for TCP.
    void protocol(String field, @Nullable String protocol) {
        oneOfOrEmpty(Ports.PROTOCOLS, field, protocol);
    }

    void port(String field, @Nullable Integer port) {
        require(port != null && port >= 1 && port <= 65535, field, "must be 1 to 65535, got " + port);
    }

    /// The name of a container port (RFC 6335, section 5.1).
    void portName(String field, String name) {
        require(
                name.length() <= 15 && PORT_NAME.matcher(name).matches(),
                field,
                "must be 1 to 15 lower-case letters, digits or single inner '-', at least one of them a letter, got '"
                        + name + "'");
    }

    void label(String field, String name) {
        require(
                DnsNames.isLabel(name),
                field,
                "must be 1 to 63 lower-case letters, digits or inner '-', got '" + name + "'");
    }

    void labels(String field, @Nullable Map<String, String> labels) {
        if (labels == null) {
            return;
        }
        labels.forEach((key, value) -> {
            labelKey(field + "." + key, key);
            labelValue(field + "." + key, value);
        });
    }

    void labelKey(String field, @Nullable String key) {
        if (key == null) {
            add(field, "is required");
        } else {
            qualifiedName(field, key);
        }
    }

    void labelValue(String field, @Nullable String value) {
        require(
                value != null && (value.isEmpty() || NAME_PART.matcher(value).matches()),
                field,
                "must be at most 63 letters, digits or inner '-', '_', '.', got '" + value + "'");
    }

    /// @param unknown what the model's class took in without knowing it
    void noMoreFields(String field, @Nullable Map<String, Object> unknown) {
        if (unknown != null) {
            unknown.keySet().stream()
                    .sorted()
                    .forEach(
                            name -> add(field.isEmpty() ? name : field + "." + name, "is no field that is known here"));
        }
    }

    /// An API server compares the keys of annotations in lower case.
    void annotations(String field, @Nullable Map<String, String> annotations) {
        if (annotations == null) {
            return;
        }
        annotations.keySet().forEach(key -> qualifiedName(field + "." + key, key.toLowerCase(Locale.ROOT)));
        var size = annotations.entrySet().stream()
                .mapToLong(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                .sum();
        require(
                size <= MAX_ANNOTATION_BYTES,
                field,
                "must be at most " + MAX_ANNOTATION_BYTES + " bytes in all, got " + size);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    void qualifiedName(String field, String key) {
        var slash = key.indexOf('/');
        var sound = NAME_PART.matcher(key.substring(slash + 1)).matches()
                && (slash < 0 || DnsNames.isSubdomain(key.substring(0, slash), 253));
        require(
                sound,
                field,
                "has a key that must be at most 63 letters, digits or inner '-', '_', '.', after an optional DNS name"
                        + " and '/', got '" + key + "'");
    }

    void appProtocol(String field, @Nullable String protocol) {
        if (protocol != null) {
            qualifiedName(field, protocol);
        }
    }

    void subdomain(String field, String what, @Nullable String name) {
        require(name != null && DnsNames.isSubdomain(name, 253), field, "must be " + what + ", got '" + name + "'");
    }

    /// The address, unless it is a problem.
    Optional<InetAddress> address(String field, @Nullable String text) {
        var address = Optional.ofNullable(text).flatMap(FieldProblems::parseAddress);
        require(address.isPresent(), field, "must be an IPv4 or IPv6 address, got '" + text + "'");
        return address;
    }

    // Mapped addresses and zones are refused as the API server does: they would make one host look like two.
    private static Optional<InetAddress> parseAddress(String text) {
        if (text.contains("%") || !InetAddresses.isInetAddress(text)) {
            return Optional.empty();
        }
        var address = InetAddresses.forString(text);
        return text.contains(":") == (address.getAddress().length == 16) ? Optional.of(address) : Optional.empty();
    }
}
