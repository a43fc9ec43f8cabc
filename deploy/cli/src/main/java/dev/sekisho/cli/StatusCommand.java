package dev.sekisho.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a running cluster exports and imports, its peers, its gateways and its problems.
@Command(
        name = "status",
        description = {
            "Prints what a running cluster exports and imports, its peers, gateways and problems.",
            "Exit code 1 when one of the two programs does not answer."
        },
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ClusterFolder folder = new ClusterFolder();

    @Option(
            names = {"-o", "--output"},
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output = Output.YAML;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        var listen = folder.settings().listen();
        var both = JsonMapper.shared().createObjectNode();
        var controlPlane = ask(both, "controlPlane", new Admin(listen.controlPlaneAdmin(), "listen.controlPlaneAdmin"));
        var gateway = ask(both, "gateway", new Admin(listen.gatewayAdmin(), "listen.gatewayAdmin"));
        spec.commandLine().getOut().println(output.render(both));
        return controlPlane && gateway ? 0 : spec.exitCodeOnExecutionException();
    }

    private static boolean ask(ObjectNode all, String program, Admin admin) {
        try {
            all.set(program, admin.get("/status"));
            return true;
        } catch (UserError e) {
            all.put(program, e.getMessage());
            return false;
        }
    }
}
