package dev.sekisho.controlplane.cases;

import dev.sekisho.controlplane.cases.CaseReport.Difference;
import dev.sekisho.controlplane.cases.CaseReport.Disputed;
import dev.sekisho.controlplane.cases.CaseReport.Skipped;
import dev.sekisho.controlplane.yaml.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Counts the answers of one file. Of what differs only the first are kept.
final class Tally {
    private static final int MOST_DIFFERENCES = 20;

    private final String file;
    private int cases;
    private int steps;
    private long checks;
    private long differing;
    private final List<Difference> differences = new ArrayList<>();
    private final List<Disputed> disputed = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    private String id = "";
    private int line;
    private int step;
    private Optional<String> dispute = Optional.empty();
    private long differingHere;
    private final List<Difference> here = new ArrayList<>();

    Tally(String file) {
        this.file = file;
    }

    void beginCase(String name, int atLine, Optional<String> disputedBecause) {
        cases++;
        id = name;
        line = atLine;
        step = 0;
        dispute = disputedBecause;
        differingHere = 0;
        here.clear();
    }

    void beginStep(int index) {
        steps++;
        step = index;
    }

    void endCase() {
        if (dispute.isPresent()) {
            disputed.add(new Disputed(id, dispute.get(), differingHere, here));
            return;
        }
        differing += differingHere;
        for (var difference : here) {
            if (differences.size() < MOST_DIFFERENCES) {
                differences.add(difference);
            }
        }
    }

    void same() {
        checks++;
    }

    void differs(String check, String expected, String got, String why) {
        checks++;
        differingHere++;
        if (here.size() < MOST_DIFFERENCES) {
            here.add(new Difference(id, line, step, check, expected, got, why));
        }
    }

    /// A case that cannot be judged is as bad as a wrong answer, unless it is disputed.
    void unreadable(List<Problem> problems) {
        problems.forEach(problem -> differs("reading the case", "readable", "a problem", problem.toString()));
    }

    void skip(String reason) {
        skipped.add(new Skipped(id, reason));
    }

    CaseReport report() {
        return new CaseReport(file, cases, steps, checks, differing, differences, disputed, skipped);
    }
}
