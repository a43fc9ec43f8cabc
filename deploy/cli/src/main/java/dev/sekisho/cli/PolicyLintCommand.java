package dev.sekisho.cli;

import dev.sekisho.controlplane.policy.PolicyLint;
import dev.sekisho.controlplane.policy.PolicyLint.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What is suspicious in the policies of a folder.
@Command(
        name = "lint",
        description = {
            "Tells what may be written in a policy and yet is hardly meant: policies that select no pod, port names that no"
                    + " pod has, peers that look as if they meant another cluster but name none or no"
                    + " member, address blocks that hold pods or are meant for other clusters too, fields that cannot be judged here, and ClusterNetworkPolicies of equal rank.",
            "Exit code 1 when there is any."
        },
        mixinStandardHelpOptions = true)
public final class PolicyLintCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "A folder of YAML, such as a standalone cluster's.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private Path directory;

    @Option(
            names = {"-o", "--output"},
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output = Output.TEXT;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        var folder = PolicyFolder.read(directory);
        var findings = PolicyLint.of(folder.world());
        var out = spec.commandLine().getOut();
        if (output == Output.TEXT) {
            out.println(
                    findings.isEmpty()
                            ? counted(folder.world().policies().policies().size()) + ", nothing suspicious"
                            : findings.stream()
                                    .map(finding -> inWords(folder, finding))
                                    .collect(Collectors.joining("\n")));
        } else {
            out.println(output.render(toJson(folder, findings), _ -> ""));
        }
        return ExitCodes.of(findings.isEmpty());
    }

    private static String counted(int policies) {
        return policies + (policies == 1 ? " policy" : " policies");
    }

    private static String inWords(PolicyFolder folder, Finding finding) {
        return folder.place(finding.policy(), finding.field()) + ": " + finding.policy() + ": " + finding.field() + ": "
                + finding.reason();
    }

    private static ObjectNode toJson(PolicyFolder folder, List<Finding> findings) {
        var json = JsonMapper.shared().createObjectNode();
        var list = json.putArray("findings");
        findings.forEach(finding -> list.addObject()
                .put("kind", finding.policy().kind().toString())
                .put("namespace", finding.policy().namespace())
                .put("name", finding.policy().name())
                .put("place", folder.place(finding.policy(), finding.field()))
                .put("field", finding.field())
                .put("suspicion", finding.suspicion().name().toLowerCase(Locale.ROOT))
                .put("reason", finding.reason()));
        return json;
    }
}
