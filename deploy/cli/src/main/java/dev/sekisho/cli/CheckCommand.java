package dev.sekisho.cli;

import dev.sekisho.cli.check.Finding;
import dev.sekisho.cli.check.FolderCheck;
import dev.sekisho.cli.check.KubernetesCheck;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The doctor.
@Command(
        name = "check",
        description = {
            "Looks for what is missing or broken in a cluster, and prints the commands that mend it.",
            "Changes nothing. Exit code 1 when a check fails."
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private ChosenCluster chosen = new ChosenCluster();

    @Option(
            names = {"-o", "--output"},
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output = Output.TEXT;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        var findings = chosen.<List<Finding>>act(FolderCheck::of, KubernetesCheck::of);
        var failed = findings.stream().anyMatch(each -> each.level() == Finding.Level.FAIL);
        spec.commandLine().getOut().println(output.render(json(findings), CheckText::of));
        return ExitCodes.of(!failed);
    }

    private static JsonNode json(List<Finding> findings) {
        var checks = JsonMapper.shared().createArrayNode();
        for (var finding : findings) {
            var check = checks.addObject()
                    .put("check", finding.check())
                    .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                    .put("says", finding.says());
            var mend = check.putArray("mend");
            finding.mend().forEach(mend::add);
        }
        return checks;
    }
}
