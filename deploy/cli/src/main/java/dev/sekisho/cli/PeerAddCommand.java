package dev.sekisho.cli;

import dev.sekisho.cli.cluster.FolderMember;
import dev.sekisho.cli.cluster.Member;
import dev.sekisho.cli.cluster.PublicAddress;
import dev.sekisho.controlplane.settings.SettingsFile;
import dev.sekisho.identity.CaBundle;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.HostPort;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Links another cluster, by what its administrator sent or by what can be read in it.
@Command(
        name = "add",
        description = {
            "Links a cluster: makes its Peer, in force within a second.",
            "With --peer-context, name, CA and public address are read from the other cluster, now and never again."
                    + " Else give its --ca-bundle, and its --endpoint unless it dials us.",
            "Each of the two needs a Peer of the other; --both makes them in one go."
        },
        mixinStandardHelpOptions = true)
final class PeerAddCommand implements Runnable {
    @Parameters(paramLabel = "NAME", description = "The other cluster's name.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String name;

    @Mixin
    private ChosenCluster chosen = new ChosenCluster();

    @Option(
            names = "--peer-context",
            paramLabel = "NAME",
            description = "The kubeconfig context of the other cluster, to read its CA and address.")
    private Optional<String> peerContext = Optional.empty();

    @Option(
            names = "--endpoint",
            paramLabel = "HOST:PORT",
            description = "Its public endpoint; with --peer-context, instead of the one found there.")
    private Optional<String> endpoint = Optional.empty();

    @Option(names = "--no-endpoint", description = "Do not dial it: it dials us.")
    private boolean noEndpoint;

    @Option(
            names = "--ca-bundle",
            paramLabel = "FILE",
            description = "Its CA certificates (PEM), what `ca show` prints there.")
    private Optional<Path> bundle = Optional.empty();

    @Option(names = "--both", description = "With --peer-context: also make the Peer of this cluster over there.")
    private boolean both;

    @Option(names = "--replace", description = "Overwrite a Peer that is there.")
    private boolean replace;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        var peer = parsed("NAME", name, ClusterName::new);
        var dialled = endpoint.map(text -> parsed("--endpoint", text, SettingsFile::dialable));
        if (noEndpoint && endpoint.isPresent()) {
            throw usage("--endpoint and --no-endpoint contradict each other.");
        }
        if (peerContext.isPresent()) {
            if (bundle.isPresent()) {
                throw usage(
                        "--ca-bundle is not needed with --peer-context, which reads the CA; give only one of them.");
            }
            chosen.link(peerContext.get(), (here, there) -> link(here, there, peer, dialled));
            return;
        }
        if (both) {
            throw usage("--both needs --peer-context: the other cluster can only be written to through its own API.");
        }
        var file = bundle.orElseThrow(
                () -> usage("Say how the cluster is recognised: --peer-context NAME, or --ca-bundle FILE."));
        say("Wrote " + chosen.<String>act(here -> add(here, peer, dialled, file, replace)));
        say("Cluster " + peer + " needs a Peer of this one as well, made in the same way over there.");
    }

    /// Makes the Peer of a cluster of which only the CA file is at hand.
    ///
    /// @return what was written
    /// @throws UserError when the bundle cannot be the peer's or has expired, or a Peer may not be replaced
    static String add(Member here, ClusterName peer, Optional<HostPort> endpoint, Path bundleFile, boolean replace) {
        refuseItself(here, peer);
        var domain = new TrustDomain(peer, here.domain().clusterSet());
        var bundle = FolderMember.bundle(domain, bundleFile, "--ca-bundle ");
        requireCurrent(bundle, "--ca-bundle " + bundleFile + ": ");
        refuseExisting(here, peer, replace);
        return here.putPeer(peer, endpoint, bundle);
    }

    // Everything is found out before anything is written: half a link is worse than none.
    private void link(Member here, Member there, ClusterName peer, Optional<HostPort> dialled) {
        refuseItself(here, peer);
        var theirs = there.domain();
        var ours = here.domain();
        if (!theirs.cluster().equals(peer)) {
            throw new UserError("--peer-context " + peerContext.orElseThrow() + " is cluster '" + theirs.cluster()
                    + "', not '" + peer + "'");
        }
        if (!theirs.clusterSet().equals(ours.clusterSet())) {
            throw new UserError("clusters of two clustersets cannot be linked: " + ours.cluster() + " is in '"
                    + ours.clusterSet() + "', " + peer + " in '" + theirs.clusterSet() + "'");
        }
        requireCurrent(there.bundle(), "");
        refuseExisting(here, peer, replace);
        var toThem = noEndpoint ? Optional.<HostPort>empty() : dialled.or(() -> Optional.of(found(there, peer)));
        if (!both) {
            put(here, peer, toThem, there.bundle());
            say("Cluster " + peer + " needs a Peer of " + ours.cluster() + " as well; --both makes it too.");
            return;
        }
        requireCurrent(here.bundle(), "");
        refuseExisting(there, ours.cluster(), replace);
        var toUs = switch (here.publicAddress()) {
            case PublicAddress.Dialable address -> Optional.of(address.endpoint());
            case PublicAddress.None none -> {
                if (toThem.isEmpty()) {
                    throw new UserError("neither cluster would dial the other: --no-endpoint was given, and of "
                            + ours.cluster() + " " + none.why());
                }
                say("Cluster " + peer + " will not dial " + ours.cluster() + ": " + none.why() + ".");
                yield Optional.<HostPort>empty();
            }
        };
        put(here, peer, toThem, there.bundle());
        put(there, ours.cluster(), toUs, here.bundle());
    }

    private void put(Member member, ClusterName peer, Optional<HostPort> endpoint, CaBundle trusted) {
        var written = member.putPeer(peer, endpoint, trusted);
        say("Wrote " + written + ": "
                + endpoint.map(where -> "dials " + where).orElse("is dialled by it") + ", trusts the CA with SHA-256 "
                + String.join(", ", trusted.fingerprints()));
    }

    private static HostPort found(Member there, ClusterName peer) {
        return switch (there.publicAddress()) {
            case PublicAddress.Dialable address -> address.endpoint();
            case PublicAddress.None none ->
                throw new UserError("cluster " + peer + " has no address that could be dialled: " + none.why()
                        + ". Give it with --endpoint HOST:PORT, or say --no-endpoint when that cluster dials us");
        };
    }

    private static void refuseItself(Member here, ClusterName peer) {
        if (peer.equals(here.domain().cluster())) {
            throw new UserError("'" + peer + "' is this cluster itself; name the other one");
        }
    }

    // Nobody would be believed by a CA that has expired, and no stream would ever say why.
    private static void requireCurrent(CaBundle bundle, String where) {
        try {
            bundle.requireCurrent(Instant.now());
        } catch (IllegalArgumentException e) {
            throw new UserError(where + e.getMessage(), e);
        }
    }

    private static void refuseExisting(Member member, ClusterName peer, boolean replace) {
        if (!replace) {
            member.existingPeer(peer).ifPresent(where -> {
                throw new UserError(where + " exists already; --replace overwrites it");
            });
        }
    }

    private <T> T parsed(String argument, String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), argument + ": " + e.getMessage(), e);
        }
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
