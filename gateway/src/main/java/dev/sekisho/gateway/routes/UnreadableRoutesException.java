package dev.sekisho.gateway.routes;

import java.util.List;

/// Resources that make no route table. Nothing of them is put in force: the table before them stays.
///
/// Refusing the whole table, not the one resource, keeps it consistent: a table without one of its policies would be
/// wider than anybody meant, one without a pod would refuse a caller that was allowed.
public final class UnreadableRoutesException extends Exception {
    private static final int SHOWN = 20;

    private final List<String> problems;

    /// @param problems one sentence each, beginning with the key of the resource; the first 20 are kept
    UnreadableRoutesException(List<String> problems) {
        super(String.join("; ", shown(problems)));
        this.problems = shown(problems);
    }

    /// One sentence each, beginning with the key of the resource. Never empty.
    public List<String> problems() {
        return problems;
    }

    private static List<String> shown(List<String> problems) {
        return problems.stream().limit(SHOWN).toList();
    }
}
