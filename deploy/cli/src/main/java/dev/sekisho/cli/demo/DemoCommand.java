package dev.sekisho.cli.demo;

import dev.sekisho.cli.ExitCodes;
import dev.sekisho.cli.LinkedClusters;
import dev.sekisho.cli.UserError;
import dev.sekisho.cli.cluster.Reasons;
import dev.sekisho.cli.cluster.Shell;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Sets up two clusters on loopback addresses and walks through what they do.
@Command(
        name = "demo",
        description = {
            "Starts two clusters, tokyo and osaka, on loopback addresses (no root needed), and walks through what they"
                    + " do.",
            "Then they stay up, for you to try, until Ctrl-C."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--check", description = "Do the walk and end: exit code 1 when a step does not come out right.")
    private boolean check;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where to write the two clusters; must not exist. Default: a new folder in the system's"
                    + " temporary folder, removed at the end.")
    private Optional<Path> directory = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var out = spec.commandLine().getOut();
        var folder = newFolder();
        var stopped = new CountDownLatch(1);
        try (var running = new Running(directory.isEmpty() ? Optional.of(folder) : Optional.empty(), stopped)) {
            Runtime.getRuntime().addShutdownHook(new Thread(running::close, "demo-stop"));
            var pair = running.start(DemoAddresses::freePair);
            out.println("Two clusters in " + folder + ": tokyo on "
                    + pair.tokyo().host() + ", osaka on " + pair.osaka().host());
            out.flush();
            write(folder, pair.tokyo(), pair.osaka());
            running.start(() -> DemoWorkloads.start(pair.tokyo()));
            var tokyo = running.start(() -> DemoCluster.start("tokyo", pair.tokyo(), folder.resolve("tokyo")));
            var osaka = running.start(() -> DemoCluster.start("osaka", pair.osaka(), folder.resolve("osaka")));
            tokyo.awaitReady();
            osaka.awaitReady();
            try {
                walk(tokyo, osaka, out, running);
            } catch (UserError e) {
                spec.commandLine().getErr().println("sekisho: " + e.getMessage());
                return ExitCodes.NO;
            }
            if (!check) {
                printWhatToTry(out, folder, tokyo, osaka);
                out.println("Ctrl-C stops everything and "
                        + (directory.isEmpty() ? "removes what the demo made." : "leaves the folder as it is then."));
                out.flush();
                stopped.await();
            }
        }
        return ExitCodes.FINE;
    }

    private static void walk(DemoCluster tokyo, DemoCluster osaka, PrintWriter out, Running running)
            throws InterruptedException {
        var vertx = Vertx.vertx();
        try {
            new DemoWalk(vertx, tokyo, osaka, out).run();
        } catch (UserError e) {
            running.keepFolder(); // the logs in it tell more
            throw e;
        } finally {
            var _ = vertx.close();
        }
    }

    private Path newFolder() throws IOException {
        if (directory.isEmpty()) {
            return Files.createTempDirectory("sekisho-demo-");
        }
        var folder = directory.get().toAbsolutePath();
        if (Files.exists(folder)) {
            throw new UserError("--directory " + folder + " exists already; name a folder that does not");
        }
        return Files.createDirectories(folder);
    }

    private static void write(Path folder, DemoAddresses tokyo, DemoAddresses osaka) throws IOException {
        var tokyoFolder = folder.resolve("tokyo");
        var osakaFolder = folder.resolve("osaka");
        DemoCluster.save(tokyoFolder, "cluster.yaml", DemoFiles.cluster("tokyo", tokyo));
        DemoCluster.save(tokyoFolder, "workloads.yaml", DemoFiles.tokyoWorkloads(tokyo));
        DemoCluster.save(tokyoFolder, "policy.yaml", DemoFiles.TOKYO_POLICY);
        DemoCluster.save(osakaFolder, "cluster.yaml", DemoFiles.cluster("osaka", osaka));
        DemoCluster.save(osakaFolder, "workloads.yaml", DemoFiles.osakaWorkloads(osaka));
        LinkedClusters.link(tokyoFolder, osakaFolder);
    }

    private static void printWhatToTry(PrintWriter out, Path folder, DemoCluster tokyo, DemoCluster osaka) {
        var dns = osaka.addresses().dns();
        var frontend = osaka.addresses().pod(1);
        var batch = osaka.addresses().pod(2);
        var dig = "dig +short -p " + dns.port() + " @" + dns.host() + " ";
        out.println();
        out.println("Both clusters are up. To try by hand:");
        out.println("  " + dig + "db.shop.svc.clusterset.local");
        out.println("  " + dig + "SRV _db._tcp.db.shop.svc.clusterset.local");
        out.println("  curl --interface " + frontend + " http://$(" + dig + "web.shop.svc.clusterset.local):8080/");
        out.println(
                "  nc -s " + frontend + " $(" + dig + "db.shop.svc.clusterset.local) 6379   # allowed: type a line");
        out.println("  nc -s " + batch + " $(" + dig + "db.shop.svc.clusterset.local) 6379   # denied");
        out.println("  " + Shell.sekisho("status --directory " + folder.resolve("osaka")));
        out.println(
                "  " + Shell.sekisho("explain --directory " + folder.resolve("osaka") + " shop/batch-0 shop/db 6379"));
        out.println("  edit " + folder.resolve("tokyo").resolve("policy.yaml") + "   # in force within a second");
        out.println("Logs:    " + tokyo.gateway().log() + "  " + osaka.gateway().log());
        for (var cluster : new DemoCluster[] {tokyo, osaka}) {
            out.println("Metrics: " + cluster.name() + " http://"
                    + cluster.addresses().gatewayAdmin() + "/metrics  http://"
                    + cluster.addresses().controlPlaneAdmin() + "/metrics");
        }
    }

    /// What has been started, ended in reverse order, once, by whoever comes first: the end of the walk or a signal.
    private static final class Running implements AutoCloseable {
        private final Deque<AutoCloseable> parts = new ArrayDeque<>();
        private Optional<Path> toRemove;
        private final CountDownLatch stopped;
        private boolean closed;

        Running(Optional<Path> toRemove, CountDownLatch stopped) {
            this.toRemove = toRemove;
            this.stopped = stopped;
        }

        /// Starts a part while nobody can stop the demo, so that none is left behind.
        synchronized <T extends AutoCloseable> T start(Supplier<T> starting) {
            if (closed) {
                throw new UserError("stopped while starting");
            }
            var part = starting.get();
            parts.push(part);
            return part;
        }

        synchronized void keepFolder() {
            toRemove = Optional.empty();
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            for (var part : parts) {
                try {
                    part.close();
                } catch (Exception e) {
                    System.err.println("sekisho: while stopping the demo: " + e);
                }
            }
            toRemove.ifPresent(Running::remove);
            stopped.countDown();
        }

        private static void remove(Path folder) {
            try (var paths = Files.walk(folder)) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException e) {
                System.err.println("sekisho: could not remove " + folder + ": " + Reasons.of(e));
            }
        }
    }
}
