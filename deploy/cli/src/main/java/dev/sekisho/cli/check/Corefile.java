package dev.sekisho.cli.check;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What of CoreDNS' configuration is about the clusterset's zone.
///
/// @param text as the ConfigMap `coredns` holds it
record Corefile(String text) {
    static final String ZONE = "clusterset.local";

    /// For sed, on the ConfigMap as JSON, in which the Corefile is one line: the zone is added to the `kubernetes`
    /// plugin, and a line to its block.
    static final String EDIT = "/^ *\"Corefile\":/s/(\\\\n *kubernetes [^ {\\\\]+)([^{\\\\]*\\{)/\\1 " + ZONE
            + "\\2\\\\n        multicluster " + ZONE + "/";

    private static final Pattern EDITABLE = Pattern.compile("\\n *kubernetes [^ {\\n\\\\\"]+[^{\\n\\\\\"]*\\{");

    /// Whether anything answers the zone: the `multicluster` option of the plugin `kubernetes`, the plugin of that
    /// name, or a server block of its own that asks somebody else.
    boolean answersZone() {
        return lines().anyMatch(words -> names(words, ZONE)
                && (words.getFirst().equals("multicluster")
                        || (words.getLast().equals("{") && !words.getFirst().equals("kubernetes"))));
    }

    /// Whether [#EDIT] would find its place.
    boolean isEditable() {
        return EDITABLE.matcher(text).find();
    }

    private Stream<List<String>> lines() {
        return text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .map(line -> List.of(line.split("\\s+")));
    }

    private static boolean names(List<String> words, String zone) {
        return words.stream()
                .map(word -> word.replaceFirst("^dns://", "")
                        .replaceFirst(":\\d+$", "")
                        .replaceFirst("\\.$", ""))
                .anyMatch(zone::equals);
    }
}
