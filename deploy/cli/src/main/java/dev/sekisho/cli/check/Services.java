package dev.sekisho.cli.check;

import dev.sekisho.controlplane.kinds.ServiceExport;
import dev.sekisho.controlplane.kinds.ServiceImport;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Whether what is exported is told to others, and what is imported can be called.
final class Services {
    private static final int MOST_LISTED = 20;
    /// The reasons of a `Ready` that holds without reserve.
    private static final Set<String> ORDINARY = Set.of("Ready", "Exported", "");

    private Services() {}

    /// @param type `Valid`, `Ready` or `Conflict`
    private record Told(String type, String status, String reason, String message) {}

    /// An export or import.
    ///
    /// @param service `namespace/name`
    /// @param addressed whether it has the addresses that it needs
    record Shown(String kind, String service, boolean addressed, List<Told> conditions) {
        static Shown of(ServiceExport export) {
            return new Shown(
                    "ServiceExport",
                    name(export),
                    true,
                    export.getStatus() == null
                            ? List.of()
                            : told(export.getStatus().conditions()));
        }

        static Shown of(ServiceImport imported) {
            return new Shown(
                    "ServiceImport",
                    name(imported),
                    "Headless".equals(imported.getSpec().type())
                            || !imported.getSpec().ips().isEmpty(),
                    imported.getStatus() == null
                            ? List.of()
                            : told(imported.getStatus().conditions()));
        }

        /// @param entry of the control plane's `/status`
        static Shown export(JsonNode entry) {
            return new Shown("ServiceExport", Pages.text(entry, "service"), true, told(entry));
        }

        /// @param entry of the control plane's `/status`
        static Shown imported(JsonNode entry) {
            return new Shown(
                    "ServiceImport",
                    Pages.text(entry, "service"),
                    Pages.text(entry, "type").equals("Headless")
                            || !entry.path("ips").isEmpty(),
                    told(entry));
        }

        private static String name(HasMetadata object) {
            ObjectMeta metadata = object.getMetadata();
            return metadata.getNamespace() + "/" + metadata.getName();
        }

        private static List<Told> told(List<Condition> conditions) {
            return conditions.stream()
                    .map(each -> new Told(
                            each.getType(),
                            each.getStatus(),
                            Objects.requireNonNullElse(each.getReason(), ""),
                            each.getMessage()))
                    .toList();
        }

        private static List<Told> told(JsonNode entry) {
            return entry.path("conditions")
                    .valueStream()
                    .map(each -> new Told(
                            Pages.text(each, "type"),
                            Pages.text(each, "status"),
                            Pages.text(each, "reason"),
                            Pages.text(each, "message")))
                    .toList();
        }

        /// Whether callers find nobody behind it, though its cluster is told of it.
        boolean lacksEndpoint() {
            return conditions.stream().anyMatch(each -> each.type.equals("Ready") && each.reason.equals("NoEndpoint"));
        }

        private Optional<String> message(String type, String status) {
            return conditions.stream()
                    .filter(each -> each.type.equals(type) && each.status.equals(status))
                    .findFirst()
                    .map(each -> type + " is " + status + ": " + each.message);
        }
    }

    /// @param look the command that shows one more closely
    static List<Finding> exports(List<Shown> exports, Function<Shown, String> look) {
        return judge("exports", exports, look, export -> {
            if (export.conditions.isEmpty()) {
                return Optional.of("the control plane has not looked at it yet");
            }
            return export.message("Valid", "False").or(() -> export.message("Ready", "False"));
        });
    }

    /// @param look as above
    static List<Finding> imports(List<Shown> imports, Function<Shown, String> look) {
        return judge(
                "imports",
                imports,
                look,
                imported -> imported.message("Ready", "False")
                        .or(() -> imported.addressed
                                ? Optional.empty()
                                : Optional.of("it has no address, so it cannot be called")));
    }

    private static List<Finding> judge(
            String check,
            List<Shown> all,
            Function<Shown, String> look,
            Function<Shown, Optional<String>> whatIsWrong) {
        var findings = new ArrayList<Finding>();
        for (var each : all) {
            var name = each.kind + " " + each.service;
            var wrong = whatIsWrong.apply(each);
            if (wrong.isPresent()) {
                findings.add(Finding.fail(name, wrong.get(), look.apply(each)));
            } else {
                // It works, as the oldest export of it says.
                each.message("Conflict", "True")
                        .ifPresent(conflict -> findings.add(Finding.warn(name, conflict, look.apply(each))));
                each.conditions.stream()
                        .filter(told -> told.type.equals("Ready") && !ORDINARY.contains(told.reason))
                        .forEach(told -> findings.add(Finding.warn(name, told.message, look.apply(each))));
            }
        }
        if (findings.isEmpty()) {
            return List.of(Finding.ok(check, all.isEmpty() ? "there are none" : "all " + all.size() + " are in order"));
        }
        if (findings.size() <= MOST_LISTED) {
            return findings;
        }
        var shown = new ArrayList<>(findings.subList(0, MOST_LISTED));
        shown.add(Finding.fail(check, (findings.size() - MOST_LISTED) + " more are not in order"));
        return shown;
    }
}
