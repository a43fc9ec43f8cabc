package dev.sekisho.cli;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What `check` found, for people: a line each, under it the commands that mend it, and at last how many there are.
final class CheckText {
    private static final Map<String, String> SIGNS = Map.of("ok", "ok   ", "warn", "WARN ", "fail", "FAIL ");

    private CheckText() {}

    static String of(JsonNode checks) {
        var text = new StringBuilder();
        var counts = new TreeMap<String, Integer>();
        for (var check : checks) {
            var level = check.path("level").asString("");
            counts.merge(level, 1, Integer::sum);
            text.append(SIGNS.get(level))
                    .append(check.path("check").asString(""))
                    .append(": ")
                    .append(check.path("says").asString(""))
                    .append('\n');
            check.path("mend")
                    .forEach(command ->
                            text.append("       ").append(command.asString("")).append('\n'));
        }
        return text.append("\n")
                .append(counts.getOrDefault("ok", 0))
                .append(" ok, ")
                .append(counts.getOrDefault("warn", 0))
                .append(" to look at, ")
                .append(counts.getOrDefault("fail", 0))
                .append(" failed")
                .toString();
    }
}
