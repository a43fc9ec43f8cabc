package dev.sekisho.cli;

import dev.sekisho.controlplane.policy.PolicyDiff;
import dev.sekisho.controlplane.policy.PolicyDiff.Change;
import dev.sekisho.controlplane.policy.PolicyDiff.Outcome;
import dev.sekisho.controlplane.policy.PolicyDiff.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Which calls between clusters one folder allows and another does not.
@Command(
        name = "diff",
        description = {
            "Tells which calls between clusters are allowed by the one folder and not by the other, and who decides that:"
                    + " calls to exported services, and calls of own pods to other clusters as far as their egress goes."
                    + " Callers of other clusters are pods that look like ours and such as the policies tell apart."
                    + " What could not be judged is told.",
            "Exit code 1 when there is any."
        },
        mixinStandardHelpOptions = true)
public final class PolicyDiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BEFORE", description = "A folder of YAML, such as a standalone cluster's.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "Another one.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path after;

    @Option(
            names = {"-o", "--output"},
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output = Output.TEXT;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        var folders = PolicyFolder.Pair.read(before, after);
        var was = folders.before();
        var is = folders.after();
        var report = PolicyDiff.between(was.world(), is.world());
        spec.commandLine()
                .getOut()
                .println(
                        output == Output.TEXT
                                ? inWords(was, is, report)
                                : output.render(toJson(was, is, report), _ -> ""));
        return ExitCodes.of(report.changes().isEmpty());
    }

    private static String inWords(PolicyFolder was, PolicyFolder is, Report report) {
        var lines = new ArrayList<String>();
        report.changes().forEach(change -> lines.add(inWords(was, is, change)));
        if (report.changes().isEmpty()) {
            lines.add(report.calls() == 0 ? "no call was judged" : "none of " + report.calls() + " calls changes");
        }
        report.notJudged().forEach(reason -> lines.add("not judged: " + reason));
        return String.join("\n", lines);
    }

    private static String inWords(PolicyFolder was, PolicyFolder is, Change change) {
        var lines = new ArrayList<String>();
        lines.add(change.call() + ": "
                + (change.after().allowed() ? "denied before, allowed now" : "allowed before, denied now"));
        reasons(was, change.before()).forEach(reason -> lines.add("  before: " + reason));
        reasons(is, change.after()).forEach(reason -> lines.add("  now: " + reason));
        return String.join("\n", lines);
    }

    private static List<String> reasons(PolicyFolder folder, Outcome outcome) {
        return outcome.decisive().isEmpty()
                ? List.of("the caller or the export is not there")
                : outcome.decisive().stream().map(folder::inWords).toList();
    }

    private static ObjectNode toJson(PolicyFolder was, PolicyFolder is, Report report) {
        var json = JsonMapper.shared().createObjectNode();
        json.put("calls", report.calls());
        var notJudged = json.putArray("notJudged");
        report.notJudged().forEach(notJudged::add);
        var list = json.putArray("changes");
        for (var change : report.changes()) {
            var call = change.call();
            var node = list.addObject()
                    .put("cluster", call.cluster().value())
                    .put("caller", call.caller())
                    .put("service", call.service())
                    .put("port", call.port().toString());
            put(node.putObject("before"), was, change.before());
            put(node.putObject("after"), is, change.after());
        }
        return json;
    }

    private static void put(ObjectNode node, PolicyFolder folder, Outcome outcome) {
        node.put("allowed", outcome.allowed());
        var reasons = node.putArray("reasons");
        reasons(folder, outcome).forEach(reasons::add);
    }
}
