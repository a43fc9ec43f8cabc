package dev.sekisho.cli;

import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.controlplane.cases.CaseFile;
import dev.sekisho.controlplane.cases.CaseReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Judges published policy cases by the code that judges streams.
@Command(
        name = "test",
        description = {
            "Judges policy cases by the code that also judges streams: in JSON lines, the form in which network-policy"
                    + " suites are published, or in .yaml files. Every question is asked of policies compiled anew, updated from the case's"
                    + " step before, and fed to a gateway.",
            "Exit code 1 when an answer differs. Disputed cases are told, but are no mistake."
        },
        mixinStandardHelpOptions = true)
public final class PolicyTestCommand implements Callable<Integer> {
    @Option(
            names = "--cases",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files of cases: one JSON object a line, or in a .yaml or .yml file one document each.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private List<Path> files;

    @Option(
            names = {"-o", "--output"},
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output = Output.TEXT;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var reports = new ArrayList<CaseReport>();
        for (var file : files) {
            var report = run(file);
            reports.add(report);
            if (output == Output.TEXT) {
                tell(out, report);
            }
        }
        if (output == Output.TEXT) {
            out.println(CaseReports.total(reports));
        } else {
            out.println(output.render(CaseReports.toJson(reports), _ -> ""));
        }
        return ExitCodes.of(reports.stream().allMatch(CaseReport::isRight));
    }

    // A file at a time, so that one sees it go on.
    private static void tell(PrintWriter out, CaseReport report) {
        out.println(CaseReports.inWords(report));
        out.flush();
    }

    private static CaseReport run(Path file) {
        try {
            var report = CaseFile.run(file);
            if (report.cases() == 0) {
                throw new UserError(file + " holds no case: there must be a JSON object a line, or in a .yaml file a"
                        + " document for each");
            }
            return report;
        } catch (NoSuchFileException e) {
            throw new UserError(file + " is not there: --cases must name files of cases, in JSON lines or YAML", e);
        } catch (IOException e) {
            throw new UserError(Reasons.of(file, e), e);
        }
    }
}
