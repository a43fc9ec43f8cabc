package dev.sekisho.cli;

import dev.sekisho.controlplane.policy.PolicyDiff;
import dev.sekisho.controlplane.policy.PolicyDiff.Change;
import dev.sekisho.controlplane.policy.PolicyDiff.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Which calls one folder allows and another does not.
@Command(
        name = "diff",
        description = {
            "Tells which calls to exported services are allowed by the one folder and not by the other, and who decides that."
                    + " Callers are the pods of both folders and, for each linked peer, pods of it that look like these.",
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
        var was = PolicyFolder.read(before);
        var is = PolicyFolder.read(after);
        var changes = PolicyDiff.between(was.world(), is.world());
        var out = spec.commandLine().getOut();
        if (output == Output.TEXT) {
            out.println(
                    changes.isEmpty()
                            ? "no call to an exported service changes"
                            : changes.stream()
                                    .map(change -> inWords(was, is, change))
                                    .collect(Collectors.joining("\n")));
        } else {
            out.println(output.render(toJson(was, is, changes), _ -> ""));
        }
        return changes.isEmpty() ? 0 : spec.exitCodeOnExecutionException();
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
                ? List.of("the caller, the export or a pod behind it is not there")
                : outcome.decisive().stream().map(folder::inWords).toList();
    }

    private static ObjectNode toJson(PolicyFolder was, PolicyFolder is, List<Change> changes) {
        var json = JsonMapper.shared().createObjectNode();
        var list = json.putArray("changes");
        for (var change : changes) {
            var call = change.call();
            var node = list.addObject()
                    .put("cluster", call.cluster().value())
                    .put("caller", call.caller().toString())
                    .put("service", call.service().toString())
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
