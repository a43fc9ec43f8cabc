package dev.sekisho.cli;

import dev.sekisho.cli.cluster.KubernetesCluster;
import dev.sekisho.controlplane.kinds.Peer;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The peers, and whether each is in touch.
@Command(
        name = "list",
        description = "Prints the peers, whether each is connected and when it was last heard.",
        mixinStandardHelpOptions = true)
final class PeerListCommand implements Runnable {
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
    public void run() {
        var peers = chosen.<JsonNode>act(PeerListCommand::ofFolder, PeerListCommand::ofKubernetes);
        spec.commandLine().getOut().println(output.render(peers, StatusText::peers));
    }

    private static JsonNode ofFolder(StandaloneSettings settings) {
        var page = new Admin(settings.listen().controlPlaneAdmin(), "listen.controlPlaneAdmin").get("/status");
        if (!page.has("peers")) {
            throw new UserError("the control plane knows no peers yet, because it waits for "
                    + page.path("waitingFor")
                            .valueStream()
                            .map(each -> each.asString(""))
                            .collect(Collectors.joining("; ")));
        }
        return page.path("peers");
    }

    // From the objects, so that it also answers while no control plane runs.
    private static JsonNode ofKubernetes(KubernetesCluster cluster) {
        var now = Instant.now();
        var peers = JsonMapper.shared().createArrayNode();
        for (var peer :
                cluster.ask(client -> client.resources(Peer.class).list().getItems())) {
            var status = Optional.ofNullable(peer.getStatus());
            var heard = status.flatMap(Peer.Status::lastHeardAt);
            var row = peers.addObject()
                    .put("cluster", peer.getMetadata().getName())
                    .put("endpoint", peer.getSpec().endpoint().orElse(""))
                    .put("connected", status.map(Peer.Status::connected).orElse(false))
                    .put("exports", status.map(Peer.Status::exports).orElse(0));
            heard.ifPresent(then -> row.put("lastHeardAt", then.toString())
                    .put("ageSeconds", Duration.between(then, now).toMillis() / 1000.0));
            status.map(Peer.Status::problem)
                    .orElse(Optional.of("the control plane has not taken notice of it yet"))
                    .ifPresent(problem -> row.put("problem", problem));
        }
        return peers;
    }
}
