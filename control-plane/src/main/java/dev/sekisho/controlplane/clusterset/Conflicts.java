package dev.sekisho.controlplane.clusterset;

import dev.sekisho.controlplane.clusterset.Export.ExportedPort;
import dev.sekisho.names.ServicePort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the exports of one service disagree about, as the `Conflict` condition says it: all reasons joined by commas,
/// and one sentence for each that tells what is in force, whose it is and how many want it otherwise.
final class Conflicts {
    private static final int SHOWN_VALUE_CHARACTERS = 200;
    private static final int SHOWN_PORTS = 5;
    /// What Kubernetes fills in for `ClientIP` without a timeout.
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private static final Condition NONE =
            new Condition("Conflict", "False", "NoConflicts", "All clusters that export the service agree about it.");

    /// @param using what the oldest export has, for the message
    private record Subject(String reason, String what, Function<Export, Object> value, Function<Export, String> using) {
        Subject(String reason, String what, Function<Export, Object> value) {
            this(reason, what, value, export -> value.apply(export).toString());
        }
    }

    private static final List<Subject> SUBJECTS = List.of(
            new Subject("PortConflict", "ports", Conflicts::ports, Conflicts::portsAsText),
            new Subject("TypeConflict", "type", export -> export.headless() ? "Headless" : "ClusterSetIP"),
            new Subject(
                    "SessionAffinityConflict",
                    "session affinity",
                    export -> export.traits().sessionAffinity()),
            new Subject(
                    "SessionAffinityConfigConflict",
                    "session affinity timeout",
                    Conflicts::affinitySeconds,
                    export -> affinitySeconds(export)
                            .map(seconds -> seconds + " s")
                            .orElse("none")),
            new Subject("LabelsConflict", "exported labels", Export::exportedLabels, e -> asText(e.exportedLabels())),
            new Subject(
                    "AnnotationsConflict",
                    "exported annotations",
                    Export::exportedAnnotations,
                    export -> asText(export.exportedAnnotations())),
            new Subject(
                    "InternalTrafficPolicyConflict",
                    "internal traffic policy",
                    export -> export.traits().internalTrafficPolicy().orElse("Cluster")),
            new Subject(
                    "TrafficDistributionConflict",
                    "traffic distribution",
                    export -> export.traits().trafficDistribution().orElse("")));

    /// Only of headless services: whoever calls a clusterset address reaches every backend through the gateway, which
    /// speaks either family on each side, while a headless name resolves to different pods in A and in AAAA.
    private static final Subject FAMILIES = new Subject("IPFamilyConflict", "IP families", Conflicts::families);

    private static final List<Subject> SUBJECTS_OF_HEADLESS =
            Stream.concat(SUBJECTS.stream(), Stream.of(FAMILIES)).toList();

    private Conflicts() {}

    /// @param oldestFirst at least one export
    /// @param merged the ports that can be called
    static Condition among(List<Export> oldestFirst, List<ServicePort> merged) {
        var reasons = new ArrayList<String>();
        var sentences = new ArrayList<String>();
        var oldest = oldestFirst.getFirst();
        for (Subject subject : oldest.headless() ? SUBJECTS_OF_HEADLESS : SUBJECTS) {
            var inForce = subject.value().apply(oldest);
            var others = oldestFirst.stream()
                    .filter(export -> !subject.value().apply(export).equals(inForce))
                    .count();
            if (others > 0) {
                reasons.add(subject.reason());
                var more = subject.what().equals("ports") ? more(oldestFirst, merged) : "";
                sentences.add(sentence(subject, oldest, more, others, oldestFirst.size()));
            }
        }
        return reasons.isEmpty()
                ? NONE
                : new Condition("Conflict", "True", String.join(",", reasons), String.join(" ", sentences));
    }

    /// @param more what is in force besides, or is not
    private static String sentence(Subject subject, Export oldest, String more, long others, int clusters) {
        var using = subject.using().apply(oldest);
        var shown = using.length() > SHOWN_VALUE_CHARACTERS ? using.substring(0, SHOWN_VALUE_CHARACTERS) + "…" : using;
        return "Conflicting " + subject.what() + ". Using \"" + shown + "\" from oldest service export in \""
                + oldest.cluster() + "\"" + more + ". " + others + "/" + clusters + " clusters disagree.";
    }

    /// What becomes of the others' ports: a name that an older export has taken is not given again, and a number of
    /// that name can then not be called.
    private static String more(List<Export> oldestFirst, List<ServicePort> merged) {
        var called = merged.stream().map(ServicePort::key).collect(Collectors.toSet());
        var leftOut = oldestFirst.stream()
                .flatMap(export -> export.ports().stream()
                        .map(ExportedPort::port)
                        .filter(port -> !called.contains(port.key()))
                        .map(port -> "\"" + portAsText(port) + "\" of \"" + export.cluster() + "\""))
                .toList();
        var added = merged.size() > oldestFirst.getFirst().ports().size() ? ", and what the others add" : "";
        if (leftOut.isEmpty()) {
            return added;
        }
        var unnamed = leftOut.size() - SHOWN_PORTS;
        return added + ", but not " + leftOut.stream().limit(SHOWN_PORTS).collect(Collectors.joining(", "))
                + (unnamed > 0 ? " and " + unnamed + " more" : "") + ", which cannot be called: "
                + (merged.size() < MergedService.MOST_PORTS
                        ? "an older export has the name"
                        : "an older export has the name, or there are " + MergedService.MOST_PORTS + " already");
    }

    private static Object ports(Export export) {
        return new HashSet<>(export.ports().stream().map(ExportedPort::port).toList());
    }

    private static String portsAsText(Export export) {
        return export.ports().stream()
                .map(ExportedPort::port)
                .map(Conflicts::portAsText)
                .collect(Collectors.joining(","));
    }

    private static String portAsText(ServicePort port) {
        return port.name().isEmpty() ? port.key().toString() : port.name() + ":" + port.key();
    }

    /// Empty without affinity.
    private static Optional<Integer> affinitySeconds(Export export) {
        return export.traits().sessionAffinity().equals("ClientIP")
                ? Optional.of(export.traits().sessionAffinityTimeoutSeconds().orElse(DEFAULT_AFFINITY_SECONDS))
                : Optional.empty();
    }

    private static Object families(Export export) {
        return new TreeSet<>(export.traits().ipFamilies());
    }

    private static String asText(Map<String, String> entries) {
        return new TreeMap<>(entries).toString();
    }
}
