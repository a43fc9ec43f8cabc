package dev.sekisho.cli;

import dev.sekisho.cli.cluster.ProgramPods;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Ports;
import dev.sekisho.names.ServiceName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// What each side's policies say of a call, and by which rule.
@Command(
        name = "explain",
        description = {
            "Says what each side's policies decide about a call, by which rule, and what comes closest when it is"
                    + " denied.",
            "Ask on the caller's side; the other clusters are asked from there."
        },
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Runnable {
    @Mixin
    private ChosenCluster chosen = new ChosenCluster();

    @Option(names = "--from", required = true, paramLabel = "NS/POD", description = "The calling pod, of this cluster.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String from;

    @Option(names = "--to", required = true, paramLabel = "NS/SERVICE", description = "The imported service.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String to;

    @Option(names = "--port", required = true, paramLabel = "PORT", description = "The service port (TCP).")
    private int port;

    @Option(
            names = {"-o", "--output"},
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output = Output.YAML;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        var query = query();
        var answer = chosen.act(
                folder -> new Admin(folder.listen().controlPlaneAdmin(), "listen.controlPlaneAdmin").get(query),
                cluster -> ask(new ProgramPods(cluster), query));
        spec.commandLine().getOut().println(output.render(answer, ExplainText::of));
    }

    private String query() {
        try {
            return "/explain?from=" + PodName.parse(from) + "&to=" + ServiceName.parse(to) + "&port="
                    + Ports.require("--port", port);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static JsonNode ask(ProgramPods pods, String query) {
        return pods.ask(pods.bestControlPlane(), query);
    }
}
