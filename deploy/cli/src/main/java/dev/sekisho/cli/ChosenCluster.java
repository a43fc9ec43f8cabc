package dev.sekisho.cli;

import dev.sekisho.cli.cluster.FolderMember;
import dev.sekisho.cli.cluster.InstalledNames;
import dev.sekisho.cli.cluster.Kubeconfig;
import dev.sekisho.cli.cluster.KubernetesCluster;
import dev.sekisho.cli.cluster.KubernetesMember;
import dev.sekisho.cli.cluster.Member;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options that choose the cluster a command acts on: a standalone one by its folder, or a Kubernetes one, which is
/// that of the current kubeconfig context when nothing is said.
final class ChosenCluster {
    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIR",
            description = "A standalone cluster: its folder, in which cluster.yaml names it.")
    private Optional<Path> directory = Optional.empty();

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "A Kubernetes cluster: its kubeconfig context; default the current one.")
    private Optional<String> context = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The kubeconfig; default $$KUBECONFIG, else ~/.kube/config.")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Where sekisho is installed on Kubernetes; default " + InstalledNames.NAMESPACE + ".")
    private Optional<String> namespace = Optional.empty();

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /// Does one or the other with the chosen cluster, and closes the connection to it.
    ///
    /// @throws ParameterException when the options choose two
    /// @throws UserError when they choose none, or one that cannot be had
    <T> T act(Function<StandaloneSettings, T> onFolder, Function<KubernetesCluster, T> onKubernetes) {
        if (directory.isPresent()) {
            refuseBoth();
            return onFolder.apply(ClusterFolder.settings(directory.get()));
        }
        try (var cluster = open(context)) {
            return onKubernetes.apply(cluster);
        }
    }

    /// Does something with the chosen cluster as a member of its clusterset.
    <T> T act(Function<Member, T> action) {
        return act(
                folder -> action.apply(new FolderMember(folder)),
                cluster -> action.apply(new KubernetesMember(cluster)));
    }

    /// Does something with the chosen cluster and a further one of the same kubeconfig; the chosen one may be
    /// standalone.
    void link(String otherContext, BiConsumer<Member, Member> action) {
        try (var cluster = open(Optional.of(otherContext))) {
            act(here -> {
                action.accept(here, new KubernetesMember(cluster));
                return true;
            });
        }
    }

    private KubernetesCluster open(Optional<String> chosen) {
        var found = Kubeconfig.find(kubeconfig, System.getenv(), Path.of(System.getProperty("user.home")));
        return KubernetesCluster.open(found, chosen, namespace.orElse(InstalledNames.NAMESPACE));
    }

    // --kubeconfig and --namespace may still be about the other cluster of a link.
    private void refuseBoth() {
        context.ifPresent(name -> {
            throw new ParameterException(
                    spec.commandLine(),
                    "--directory " + directory.orElseThrow() + " chooses a standalone cluster and --context " + name
                            + " a Kubernetes one; give only one of them.");
        });
    }
}
