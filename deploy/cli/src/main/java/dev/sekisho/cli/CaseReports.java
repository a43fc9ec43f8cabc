package dev.sekisho.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.sekisho.controlplane.cases.CaseReport;
import dev.sekisho.controlplane.cases.CaseReport.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reports about files of policy cases, for people and for programs.
final class CaseReports {
    private static final int TOLD = 5;

    private CaseReports() {}

    /// A line of counts, and below it what differs, is disputed and was skipped.
    static String inWords(CaseReport report) {
        var lines = new ArrayList<String>();
        lines.add("%s: %s; %s".formatted(report.file(), counts(report), result(report)));
        report.differences().stream().limit(TOLD).forEach(difference -> tell("  ", difference, lines));
        var more = report.differing() - Math.min(TOLD, report.differences().size());
        if (more > 0) {
            lines.add("  and " + more + " more");
        }
        for (var disputed : report.disputed()) {
            lines.add("  disputed: %s: %s; %d answers differ"
                    .formatted(disputed.id(), disputed.reason(), disputed.differing()));
            disputed.first().stream().limit(1).forEach(difference -> tell("    ", difference, lines));
        }
        report.skipped().stream()
                .collect(
                        groupingBy(CaseReport.Skipped::reason, TreeMap::new, mapping(CaseReport.Skipped::id, toList())))
                .forEach((reason, ids) -> lines.add(
                        "  skipped: " + ids.size() + " cases, the first is " + ids.getFirst() + ": " + reason));
        return String.join("\n", lines);
    }

    private static String counts(CaseReport report) {
        return "%,d cases, %,d steps, %,d checks".formatted(report.cases(), report.steps(), report.checks());
    }

    private static String result(CaseReport report) {
        var parts = new ArrayList<String>();
        parts.add(report.isRight() ? "all right" : "%,d wrong".formatted(report.differing()));
        if (!report.disputed().isEmpty()) {
            parts.add(report.disputed().size() + " cases disputed");
        }
        if (!report.skipped().isEmpty()) {
            parts.add(report.skipped().size() + " cases skipped");
        }
        return String.join(", ", parts);
    }

    private static void tell(String indent, Difference difference, List<String> lines) {
        lines.add("%s%s (line %d), step %d: %s"
                .formatted(indent, difference.id(), difference.line(), difference.step(), difference.check()));
        lines.add("%s  expected %s, got %s".formatted(indent, difference.expected(), difference.got()));
        lines.add("%s  %s".formatted(indent, difference.why()));
    }

    static String total(List<CaseReport> reports) {
        var wrong = reports.stream().mapToLong(CaseReport::differing).sum();
        return "%d files, %,d cases, %,d steps, %,d checks: %s"
                .formatted(
                        reports.size(),
                        reports.stream().mapToInt(CaseReport::cases).sum(),
                        reports.stream().mapToInt(CaseReport::steps).sum(),
                        reports.stream().mapToLong(CaseReport::checks).sum(),
                        wrong == 0 ? "all right" : "%,d wrong".formatted(wrong));
    }

    static ObjectNode toJson(List<CaseReport> reports) {
        var all = JsonMapper.shared().createObjectNode();
        all.put("right", reports.stream().allMatch(CaseReport::isRight));
        all.set("files", JsonMapper.shared().valueToTree(reports));
        return all;
    }
}
