package dev.sekisho.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A real Kubernetes cluster of `deploy/e2e/lab`, under a name that no other test run on this machine has.
public final class LabCluster {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path lab;
    private final String name = "test-" + ProcessHandle.current().pid();
    private boolean begun;

    /// @param root of the checkout
    LabCluster(Path root) {
        lab = root.resolve("deploy/e2e/lab/lab");
    }

    /// Skips the calling test, saying why, where a cluster cannot be had or would first have to be built for minutes.
    public static void assumePossible() throws IOException {
        need(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "it needs root");
        need(Files.exists(Path.of("/usr/bin/etcd")), "there is no etcd; 'deploy/e2e/lab/lab build' installs it");
        need(
                hasArchives() || Files.exists(home().resolve("bin/kubectl")),
                "there are no Kubernetes programs; 'deploy/e2e/lab/lab build' builds them, or name in LAB_ARCHIVES a"
                        + " folder with their archives");
    }

    private static void need(boolean given, String otherwise) {
        if (!given) {
            // Maven shows how many tests were skipped, but not why.
            System.out.println("Tests on a real Kubernetes cluster are skipped: " + otherwise);
            abort(otherwise);
        }
    }

    private static boolean hasArchives() {
        return variable("LAB_ARCHIVES").map(Path::of).filter(Files::isDirectory).isPresent();
    }

    private static Path home() {
        return variable("LAB_HOME")
                .map(Path::of)
                .orElseGet(() -> variable("XDG_CACHE_HOME")
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                        .resolve("sekisho-lab"));
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }

    /// etcd and the API server: what is needed where no pod runs.
    void upWithoutNode() throws Exception {
        begun = true;
        lab("", "up", "--api-server", name).succeeds();
    }

    /// Does nothing when the cluster was never to come up.
    void down() throws Exception {
        if (begun) {
            lab("", "down", name).succeeds();
        }
    }

    /// For clients on this machine, outside of the cluster.
    String kubeconfig() throws Exception {
        var printed = lab("", "kubeconfig", name);
        printed.succeeds();
        return printed.output();
    }

    /// Ends one of the cluster's programs by force and starts it again.
    void restart(String program) throws Exception {
        lab("", "restart", name, program).succeeds();
    }

    Ended kubectl(String... arguments) throws Exception {
        return kubectlReading("", arguments);
    }

    /// @param input what kubectl reads as its standard input
    Ended kubectlReading(String input, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("kubectl", name));
        all.addAll(List.of(arguments));
        return lab(input, all.toArray(String[]::new));
    }

    private Ended lab(String input, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(lab.toString()));
        command.addAll(List.of(arguments));
        return Ended.of(LIMIT, Map.of(), input, command);
    }
}
