package dev.sekisho.controlplane.kinds;

import dev.sekisho.names.DnsNames;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The part of an object that every kind has: names, labels, annotations.
public final class Metadata {
    private Metadata() {}

    enum NameForm {
        /// RFC 1123 label, 1 to 63 characters.
        LABEL,
        /// Labels joined by dots, at most 253 characters.
        SUBDOMAIN
    }

    static void check(FieldProblems problems, @Nullable ObjectMeta metadata, NameForm form) {
        if (metadata == null || metadata.getName() == null || metadata.getName().isEmpty()) {
            problems.add("metadata.name", "is required");
            return;
        }
        if (!problems.isOfFile()) {
            return;
        }
        var name = metadata.getName();
        switch (form) {
            case LABEL -> problems.label("metadata.name", name);
            case SUBDOMAIN ->
                problems.require(
                        DnsNames.isSubdomain(name, 253),
                        "metadata.name",
                        "must be at most 253 lower-case letters, digits or inner '-' and '.', got '" + name + "'");
        }
        if (metadata.getNamespace() != null) {
            problems.label("metadata.namespace", metadata.getNamespace());
        }
        problems.labels("metadata.labels", metadata.getLabels());
        problems.annotations("metadata.annotations", metadata.getAnnotations());
        var createdAt = metadata.getCreationTimestamp();
        if (createdAt != null && createdAt(metadata).isEmpty()) {
            problems.add(
                    "metadata.creationTimestamp", "must be a time like 2026-11-24T09:00:00Z, got '" + createdAt + "'");
        }
    }

    static void forbidNamespace(FieldProblems problems, @Nullable ObjectMeta metadata) {
        if (problems.isOfFile() && metadata != null && metadata.getNamespace() != null) {
            problems.add("metadata.namespace", "must not be given: the kind has no namespaces");
        }
    }

    /// The object's namespace, `default` when it names none.
    public static String namespace(ObjectMeta metadata) {
        var namespace = metadata.getNamespace();
        return namespace == null || namespace.isEmpty() ? "default" : namespace;
    }

    public static Map<String, String> labels(ObjectMeta metadata) {
        return orEmpty(metadata.getLabels());
    }

    /// When an API server created the object; empty when no (readable) time is given.
    public static Optional<Instant> createdAt(ObjectMeta metadata) {
        try {
            return Optional.ofNullable(metadata.getCreationTimestamp()).map(Instant::parse);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
