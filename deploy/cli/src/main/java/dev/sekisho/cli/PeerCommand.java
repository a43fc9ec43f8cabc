package dev.sekisho.cli;

import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The clusters this one is linked with.
@Command(
        name = "peer",
        description = "The clusters this one is linked with.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PeerCommand.Add.class, PeerCommand.ListPeers.class})
public final class PeerCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do with peers: add or list.");
    }

    /// Writes the Peer object of one peer into the folder.
    ///
    /// @return the file
    /// @throws UserError when the bundle cannot be the peer's
    static Path add(
            StandaloneSettings settings,
            ClusterName peer,
            Optional<HostPort> endpoint,
            Path bundleFile,
            boolean replace) {
        if (peer.equals(settings.cluster())) {
            throw new UserError("'" + peer + "' is this cluster itself; name the other one");
        }
        CaBundle bundle;
        try {
            bundle = CaBundle.parse(new TrustDomain(peer, settings.clusterSet()), Files.readString(bundleFile));
        } catch (IOException e) {
            throw new UserError("--ca-bundle " + bundleFile + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new UserError("--ca-bundle " + bundleFile + ": " + e.getMessage(), e);
        }
        var file = settings.directory().resolve("peer-" + peer + ".yaml");
        if (Files.exists(file) && !replace) {
            throw new UserError(file + " exists already; --replace overwrites it");
        }
        ClusterFolder.write(file, yaml(peer, endpoint, bundle));
        return file;
    }

    private static String yaml(ClusterName peer, Optional<HostPort> endpoint, CaBundle bundle) {
        return """
            apiVersion: sekisho.dev/v1alpha1
            kind: Peer
            metadata:
              name: %s
            spec:
            %s  caBundle: |
            %s\
            """.formatted(
                        peer,
                        endpoint.map(where -> "  endpoint: \"" + where + "\"\n").orElse(""),
                        bundle.pem().strip().indent(4));
    }

    @Command(
            name = "add",
            description = "Links a cluster: writes its Peer object into the folder. In force within a second.",
            mixinStandardHelpOptions = true)
    static final class Add implements Runnable {
        @Parameters(paramLabel = "NAME", description = "The other cluster's name.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
        private String name;

        @Mixin
        private ClusterFolder folder = new ClusterFolder();

        @Option(
                names = "--endpoint",
                paramLabel = "HOST:PORT",
                description = "Its public endpoint. Leave it out when that cluster dials us.")
        private Optional<String> endpoint = Optional.empty();

        @Option(
                names = "--ca-bundle",
                required = true,
                paramLabel = "FILE",
                description = "Its CA certificates (PEM), the ca.crt that `ca init` made there.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
        private Path bundle;

        @Option(names = "--replace", description = "Overwrite the Peer if there is one.")
        private boolean replace;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
        private CommandSpec spec;

        @Override
        public void run() {
            try {
                var file =
                        add(folder.settings(), new ClusterName(name), endpoint.map(HostPort::parse), bundle, replace);
                spec.commandLine().getOut().println("Wrote " + file);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
        }
    }

    @Command(
            name = "list",
            description = "Prints the peers, whether each is connected and when it was last heard.",
            mixinStandardHelpOptions = true)
    static final class ListPeers implements Runnable {
        @Mixin
        private ClusterFolder folder = new ClusterFolder();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
        private CommandSpec spec;

        @Override
        public void run() {
            var address = folder.settings().listen().controlPlaneAdmin();
            var status = new Admin(address, "listen.controlPlaneAdmin").get("/status");
            spec.commandLine().getOut().println(Output.YAML.render(status.path("peers")));
        }
    }
}
