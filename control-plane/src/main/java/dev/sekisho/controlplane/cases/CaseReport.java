package dev.sekisho.controlplane.cases;

import java.util.List;

/// What judging one file of cases came to.
///
/// @param checks single answers that were compared, each once however many engines were asked
/// @param differing how many of `checks` were answered in another way than expected, and cases that could not be read;
///     those of disputed cases do not count
/// @param differences the first of them
/// @param disputed cases whose expectation we do not share; that they differ is no mistake
/// @param skipped cases that hold kinds which are not known here, with the reason
public record CaseReport(
        String file,
        int cases,
        int steps,
        long checks,
        long differing,
        List<Difference> differences,
        List<Disputed> disputed,
        List<Skipped> skipped) {
    public CaseReport {
        differences = List.copyOf(differences);
        disputed = List.copyOf(disputed);
        skipped = List.copyOf(skipped);
    }

    public boolean isRight() {
        return differing == 0;
    }

    /// One answer that differs.
    ///
    /// @param id of the case
    /// @param line of the file, from 1
    /// @param step from 0
    /// @param check what was asked: `ingress TCP/80 from x/a to y/b`
    /// @param why who decided in each direction, and by which compiled form of the policies
    public record Difference(String id, int line, int step, String check, String expected, String got, String why) {}

    /// @param reason as the file gives it
    /// @param differing how many of its answers differ from the file's
    /// @param first of them; none when all agree after all
    public record Disputed(String id, String reason, long differing, List<Difference> first) {
        public Disputed {
            first = List.copyOf(first);
        }
    }

    public record Skipped(String id, String reason) {}
}
