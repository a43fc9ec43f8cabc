package dev.sekisho.cli;

import dev.sekisho.cli.cluster.Member;
import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.ClusterAuthority.Existing;
import dev.sekisho.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The cluster's own CA.
@Command(
        name = "ca",
        description = "The cluster's own certificate authority.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CaCommand.Init.class, CaCommand.Show.class})
public final class CaCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do with the CA: init or show.");
    }

    /// Makes the CA in the cluster's identity directory.
    ///
    /// @return its fingerprint
    /// @throws UserError when there is one already that may not be replaced, or it cannot be written
    static String init(StandaloneSettings settings, Existing existing) {
        var domain = new TrustDomain(settings.cluster(), settings.clusterSet());
        var authority = ClusterAuthority.create(domain, InstantSource.system());
        var directory = settings.identityDirectory();
        try {
            authority.save(directory, existing);
        } catch (FileAlreadyExistsException e) {
            throw new UserError(
                    directory + " holds a CA already (" + e.getFile()
                            + "). Peers that were given it would refuse a new one; --force replaces it all the same.",
                    e);
        } catch (IOException e) {
            throw new UserError("cannot write the CA: " + Reasons.of(e), e);
        }
        return authority.fingerprint();
    }

    @Command(
            name = "init",
            description = "Makes the cluster's CA: ca.crt to give to peers, and ca.key that stays here.",
            mixinStandardHelpOptions = true)
    static final class Init implements Runnable {
        @Mixin
        private ClusterFolder folder = new ClusterFolder();

        @Option(names = "--force", description = "Replace a CA that is there already.")
        private boolean force;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
        private CommandSpec spec;

        @Override
        public void run() {
            var settings = folder.settings();
            var fingerprint = init(settings, force ? Existing.REPLACE : Existing.REFUSE);
            var out = spec.commandLine().getOut();
            out.println("Made the CA of " + settings.cluster() + "." + settings.clusterSet() + " in "
                    + settings.identityDirectory());
            out.println("Give ca.crt to the peers; compare its SHA-256 by another way: " + fingerprint);
        }
    }

    @Command(
            name = "show",
            description = {
                "Prints the cluster's CA certificates (PEM), for the --ca-bundle of its peers.",
                "Standard error tells their SHA-256, to be compared by another way."
            },
            mixinStandardHelpOptions = true)
    static final class Show implements Runnable {
        @Mixin
        private ChosenCluster chosen = new ChosenCluster();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
        private CommandSpec spec;

        @Override
        public void run() {
            var bundle = chosen.<CaBundle>act(Member::bundle);
            spec.commandLine().getOut().print(bundle.pem());
            spec.commandLine().getOut().flush();
            spec.commandLine()
                    .getErr()
                    .println("CA of " + bundle.domain() + ", SHA-256 " + String.join(", ", bundle.fingerprints()));
        }
    }
}
