package dev.sekisho.cli;

import dev.sekisho.names.ClusterName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Expels a cluster.
@Command(
        name = "remove",
        description = {
            "Expels a cluster: removes its Peer. Its connections are closed, and what it exported goes.",
            "The other cluster keeps its Peer of this one until it is removed there too."
        },
        mixinStandardHelpOptions = true)
final class PeerRemoveCommand implements Runnable {
    @Parameters(paramLabel = "NAME", description = "The other cluster's name.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String name;

    @Mixin
    private ChosenCluster chosen = new ChosenCluster();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        ClusterName peer;
        try {
            peer = new ClusterName(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        spec.commandLine().getOut().println("Removed " + chosen.<String>act(here -> here.removePeer(peer)));
    }
}
