package dev.sekisho.cli;

import dev.sekisho.cli.cluster.KubernetesCluster;
import dev.sekisho.cli.cluster.ProgramPods;
import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.controlplane.standalone.RefusedFile;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a running cluster exports and imports, its peers, its gateways and its problems.
@Command(
        name = "status",
        description = {
            "Prints what a running cluster exports and imports, its peers, gateways and problems.",
            "Exit code 1 when a program does not answer."
        },
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ChosenCluster chosen = new ChosenCluster();

    @Option(
            names = {"-o", "--output"},
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output = Output.TEXT;

    @Option(
            names = "--streams",
            description =
                    "List also the streams that are open, the oldest first; at most " + StatusText.MOST_STREAMS + ".")
    private boolean streams;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /// @param complete whether every program answered
    private record Report(ObjectNode content, boolean complete) {}

    @Override
    public Integer call() {
        var report = chosen.act(StatusCommand::ofFolder, StatusCommand::ofKubernetes);
        spec.commandLine()
                .getOut()
                .println(output.render(report.content(), content -> StatusText.of(content, streams)));
        return ExitCodes.of(report.complete());
    }

    private static Report ofFolder(StandaloneSettings settings) {
        var listen = settings.listen();
        var both = JsonMapper.shared().createObjectNode();
        var controlPlane = ask(
                both,
                "controlPlane",
                () -> new Admin(listen.controlPlaneAdmin(), "listen.controlPlaneAdmin").get("/status"));
        // Without a control plane the folder tells what was, not what is.
        if (controlPlane) {
            addRefused(both.putArray("refusedFiles"), settings);
        }
        var gateway =
                ask(both, "gateway", () -> new Admin(listen.gatewayAdmin(), "listen.gatewayAdmin").get("/status"));
        return new Report(both, controlPlane && gateway);
    }

    private static void addRefused(ArrayNode list, StandaloneSettings settings) {
        try {
            for (var refused : RefusedFile.in(settings.directory())) {
                var problem = refused.problem();
                list.addObject()
                        .put("file", problem.file())
                        .put("line", problem.line())
                        .put("field", problem.field())
                        .put("reason", problem.reason())
                        .put("inForce", refused.inForce());
            }
        } catch (IOException e) {
            throw new UserError(Reasons.of(RefusedFile.told(settings.directory()), e), e);
        }
    }

    private static Report ofKubernetes(KubernetesCluster cluster) {
        var pods = new ProgramPods(cluster);
        var all = JsonMapper.shared().createObjectNode();
        var complete = ask(all, "controlPlane", () -> pods.ask(pods.bestControlPlane(), "/status"));
        var replicas = all.putArray("controlPlanes");
        for (var pod : pods.controlPlanes()) {
            complete &= pod.ready();
            replicas.addObject()
                    .put("pod", pod.name())
                    .put("ready", pod.ready())
                    .put("leads", pod.leads());
        }
        var gateways = all.putObject("gateways");
        for (var pod : pods.gateways()) {
            complete &= ask(gateways, pod.name(), () -> pods.ask(pod, "/status"));
        }
        return new Report(all, complete && !gateways.isEmpty());
    }

    private static boolean ask(ObjectNode all, String program, Supplier<JsonNode> question) {
        try {
            all.set(program, question.get());
            return true;
        } catch (UserError e) {
            all.put(program, e.getMessage());
            return false;
        }
    }
}
