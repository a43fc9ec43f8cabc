package dev.sekisho.cli;

import com.google.common.net.InetAddresses;
import dev.sekisho.cli.cluster.ProgramPods;
import dev.sekisho.names.PodName;
import dev.sekisho.names.Ports;
import dev.sekisho.names.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// What each side's policies say of a call, and by which rule.
@Command(
        name = "explain",
        description = {
            "Says what each side's policies decide about a call, by which rule, and what comes closest when it is"
                    + " denied.",
            "Ask on the caller's side; the other clusters are asked from there.",
            "Exit code 1 when the call is denied, impossible, or not known to be allowed."
        },
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {
    private static final Pattern DNS_NAME = Pattern.compile("([^./]+)\\.([^./]+)\\.svc\\.clusterset\\.local\\.?");

    private static final String UDP = "/UDP";

    @Mixin
    private ChosenCluster chosen = new ChosenCluster();

    @Parameters(
            arity = "0..3",
            paramLabel = "FROM TO PORT",
            description = "As the options below.",
            hideParamSyntax = true)
    private List<String> ends = List.of();

    @Option(
            names = "--from",
            paramLabel = "FROM",
            description = "The calling pod, of this cluster: NS/POD or its address.")
    private Optional<String> from = Optional.empty();

    @Option(
            names = "--to",
            paramLabel = "TO",
            description =
                    "The imported service: NS/SERVICE, SERVICE.NS.svc.clusterset.local, an address of its import, or of a"
                            + " pod behind an export.")
    private Optional<String> to = Optional.empty();

    @Option(names = "--port", paramLabel = "PORT", description = "The service port: NUMBER of TCP, or NUMBER/UDP.")
    private Optional<String> port = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output = Output.YAML;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        var query = query();
        var answer = chosen.act(
                folder -> RulePlaces.added(
                        new Admin(folder.listen().controlPlaneAdmin(), "listen.controlPlaneAdmin").get(query),
                        folder.directory()),
                cluster -> ask(new ProgramPods(cluster), query));
        spec.commandLine().getOut().println(output.render(answer, ExplainText::of));
        return ExitCodes.of(answer.path("allowed").asBoolean(false));
    }

    private String query() {
        if (!ends.isEmpty() && (ends.size() != 3 || from.isPresent() || to.isPresent() || port.isPresent())) {
            throw wrong("Say FROM TO PORT, or --from, --to and --port; got " + ends);
        }
        var caller = ends.isEmpty() ? from.orElseThrow(() -> wrong("FROM is missing.")) : ends.get(0);
        var service = ends.isEmpty() ? to.orElseThrow(() -> wrong("TO is missing.")) : ends.get(1);
        var number = ends.isEmpty() ? port.orElseThrow(() -> wrong("PORT is missing.")) : ends.get(2);
        var protocol = number.endsWith(UDP) ? "&protocol=UDP" : "";
        var plain = number.replaceFirst("/(TCP|UDP)$", "");
        try {
            return "/explain?from=" + (isAddress(caller) ? caller : PodName.parse(caller)) + "&to="
                    + (isAddress(service) ? service : service(service)) + "&port="
                    + Ports.require("PORT", Integer.parseInt(plain)) + protocol;
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(), "PORT must be 1 to 65535, of UDP with /UDP behind it, got '" + number + "'", e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /// As in a policy, or as a caller looks it up.
    private static ServiceName service(String text) {
        var name = DNS_NAME.matcher(text);
        return name.matches() ? new ServiceName(name.group(2), name.group(1)) : ServiceName.parse(text);
    }

    private static boolean isAddress(String text) {
        return InetAddresses.isInetAddress(text);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static JsonNode ask(ProgramPods pods, String query) {
        return pods.ask(pods.bestControlPlane(), query);
    }
}
