package dev.sekisho.cli.cluster;

import dev.sekisho.cli.UserError;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The user's kubeconfig: which clusters there are, and how each is reached. Only read, never written.
public final class Kubeconfig {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final List<Path> files;
    private final Optional<Path> asked;

    private Kubeconfig(List<Path> files, Optional<Path> asked) {
        this.files = List.copyOf(files);
        this.asked = asked;
    }

    /// @param asked the file that `--kubeconfig` names
    /// @param environment of the process; `KUBECONFIG` may name several files, which are taken together
    /// @param home the user's, for `.kube/config`
    /// @throws UserError saying where was looked when there is none
    public static Kubeconfig find(Optional<Path> asked, Map<String, String> environment, Path home) {
        if (asked.isPresent()) {
            if (!Files.exists(asked.get())) {
                throw new UserError("--kubeconfig " + asked.get() + " is not there");
            }
            return new Kubeconfig(List.of(asked.get()), asked);
        }
        var named = Optional.ofNullable(environment.get("KUBECONFIG")).filter(value -> !value.isBlank());
        var candidates = named.map(value -> Stream.of(value.split(File.pathSeparator, -1))
                        .filter(part -> !part.isEmpty())
                        .map(Path::of)
                        .toList())
                .orElseGet(() -> List.of(home.resolve(".kube").resolve("config")));
        var there = candidates.stream().filter(Files::isReadable).toList();
        if (there.isEmpty()) {
            throw new UserError(
                    "no cluster to act on: give --directory DIR for a standalone cluster, or a kubeconfig for"
                            + " a Kubernetes one (--kubeconfig FILE, $KUBECONFIG or ~/.kube/config; there is no "
                            + candidates.stream().map(Path::toString).collect(Collectors.joining(", no ")) + ")");
        }
        return new Kubeconfig(there, Optional.empty());
    }

    /// @param context empty means the current one
    /// @return how that context's cluster is reached
    /// @throws UserError naming the contexts there are when that one is not among them
    public Config config(Optional<String> context) {
        var config = read(context);
        var contexts = config.getContexts().stream()
                .map(NamedContext::getName)
                .sorted()
                .toList();
        if (context.isPresent() && !contexts.contains(context.get())) {
            throw new UserError("there is no context '" + context.get() + "' in " + this + "; there are: "
                    + String.join(", ", contexts));
        }
        if (config.getCurrentContext() == null) {
            throw new UserError(this + " has no current context; choose one with --context: "
                    + (contexts.isEmpty() ? "but there is none in it" : String.join(", ", contexts)));
        }
        config.setConnectionTimeout((int) CONNECT_TIMEOUT.toMillis());
        config.setRequestTimeout((int) REQUEST_TIMEOUT.toMillis());
        config.setRequestRetryBackoffLimit(1);
        ClientKeys.prepare(config);
        return config;
    }

    /// The options that make kubectl act on the same cluster.
    String kubectlOptions(String context) {
        return asked.map(file -> "--kubeconfig " + Shell.quote(file.toString()) + " ")
                        .orElse("") + "--context " + Shell.quote(context);
    }

    /// As [#kubectlOptions], for helm.
    String helmOptions(String context) {
        return kubectlOptions(context).replaceFirst("--context", "--kube-context");
    }

    private Config read(Optional<String> context) {
        files.forEach(KubeconfigFile::check);
        try {
            return asked.isPresent() || files.size() == 1
                    ? Config.fromKubeconfig(
                            context.orElse(null), files.getFirst().toFile())
                    : Config.autoConfigure(context.orElse(null)); // reads all that $KUBECONFIG names
        } catch (RuntimeException e) {
            // The client does not say how it fails, and the reason may quote a line of the file, and with it a token.
            throw new UserError(
                    this + " is not a kubeconfig that can be used: a context must name a cluster that has a"
                            + " server, and a user",
                    e);
        }
    }

    @Override
    public String toString() {
        return "kubeconfig " + files.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
