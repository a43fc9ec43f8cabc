package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.reconcile.Cluster;
import dev.sekisho.controlplane.reconcile.Results;
import dev.sekisho.controlplane.yaml.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder of YAML as the control plane's cluster. An edit is seen within a second.
///
/// Any thread may call it. All work with files is done on one virtual thread of its own, which also calls the consumer
/// of views and completes the futures.
public final class StandaloneCluster implements Cluster {
    private static final Logger log = LoggerFactory.getLogger(StandaloneCluster.class);
    /// So that looking at a large folder takes little of a core, and an edit is not seen late all the same.
    private static final int PAUSE_PER_LOOK = 10;

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofVirtual().name("standalone-folder").factory());
    private final StandaloneSettings settings;
    private final Folder folder;
    private final ResultFiles results;
    private final AtomicReference<Optional<Results>> newest = new AtomicReference<>(Optional.empty());
    private volatile List<String> waitingFor = List.of("the folder has not been read yet");
    private Optional<ClusterView> current = Optional.empty();
    private boolean unpublished;
    private Optional<String> statusTrouble = Optional.empty();
    private Optional<List<Problem>> shownProblems = Optional.empty();

    public StandaloneCluster(StandaloneSettings settings, InstantSource clock) {
        this.settings = settings;
        var state = settings.directory().resolve("state/control-plane");
        this.folder = new Folder(settings, clock, new ExportTimes(state, clock));
        this.results = new ResultFiles(settings.directory().resolve("status"), state, clock);
    }

    /// @return fails when the folder for results cannot be made: then nothing could ever be told
    @Override
    public Future<Void> start(Consumer<ClusterView> views) {
        return onThread(() -> {
            Files.createDirectories(settings.directory().resolve("status"));
            folder.recall();
            results.recall();
            thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            keepLooking(views);
        });
    }

    @Override
    public List<String> waitingFor() {
        return waitingFor;
    }

    @Override
    public Future<Void> write(Results written) {
        newest.set(Optional.of(written));
        return onThread(() -> {
            var latest = newest.get();
            if (latest.isPresent()) {
                results.write(latest.get());
            }
        });
    }

    @Override
    public Future<Void> stop() {
        var stopped = onThread(() -> {});
        thread.shutdown();
        return stopped.recover(_ -> Future.succeededFuture());
    }

    private void keepLooking(Consumer<ClusterView> views) {
        var begun = System.nanoTime();
        look(views);
        var took = System.nanoTime() - begun;
        var pause = Math.max(folder.pause().toNanos(), Math.min(PAUSE_PER_LOOK * took, LONGEST_PAUSE_NANOS));
        if (!thread.isShutdown()) {
            var _ = thread.schedule(() -> keepLooking(views), pause, TimeUnit.NANOSECONDS);
        }
    }

    // Whatever goes wrong in one look, there is a next one.
    private void look(Consumer<ClusterView> views) {
        try {
            unpublished |= folder.look();
            publish(views);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("The folder could not be taken in; it is tried again");
        }
        try {
            showProblems();
            results.writeAges();
            statusTrouble = Optional.empty();
        } catch (IOException | RuntimeException e) {
            if (!statusTrouble.equals(Optional.of(e.toString()))) {
                statusTrouble = Optional.of(e.toString());
                log.atWarn().setCause(e).log("The cluster's status cannot be written; it is tried again");
            }
        }
    }

    private void publish(Consumer<ClusterView> views) {
        if (current.isEmpty()) {
            waitingFor = folder.waitingFor();
            // Until then a file that is refused might hold a policy, and without it the cluster would stand open.
            if (!waitingFor.isEmpty()) {
                return;
            }
        }
        if (!unpublished) {
            return;
        }
        var view = folder.view(results.imports());
        if (current.isEmpty() || !sameButImports(current.get(), view)) {
            views.accept(view);
            current = Optional.of(view);
        }
        unpublished = false;
    }

    // The addresses of imports are the reconciler's own doing: no news for it.
    private static boolean sameButImports(ClusterView one, ClusterView other) {
        return one.namespaces().equals(other.namespaces())
                && one.policyModes().equals(other.policyModes())
                && one.pods().equals(other.pods())
                && one.services().equals(other.services())
                && one.endpointSlices().equals(other.endpointSlices())
                && one.exports().equals(other.exports())
                && one.policies().equals(other.policies())
                && one.peers().equals(other.peers());
    }

    private void showProblems() throws IOException {
        var problems = folder.problems();
        var before = shownProblems;
        shownProblems = Optional.of(problems);
        problems.stream()
                .filter(problem -> !before.orElse(List.of()).contains(problem))
                .forEach(this::logRefusal);
        if (problems.isEmpty() && before.filter(earlier -> !earlier.isEmpty()).isPresent()) {
            log.atInfo().addKeyValue("folder", settings.directory()).log("Every file of the folder is in force again");
        }
        // At every look, so that a failure is made good; it costs next to nothing while nothing changes.
        results.writeProblems(Stream.concat(
                        problems.stream().map(problem -> new RefusedFile(problem, inForce(problem.file()))),
                        folder.hasNewSettings() ? Stream.of(RefusedFile.newSettings()) : Stream.empty())
                .toList());
    }

    /// @param place a file, or a folder that cannot be listed
    private String inForce(String place) {
        if (current.isEmpty()) {
            return "nothing of the whole folder, until this is mended";
        }
        var inForce = folder.filesInForce();
        if (inForce.contains(place)) {
            return "the last good version of this file";
        }
        return place.equals(".") || inForce.stream().anyMatch(file -> file.startsWith(place + "/"))
                ? "the last good versions of the files in it"
                : "nothing of this file";
    }

    private void logRefusal(Problem problem) {
        log.atWarn()
                .addKeyValue("file", problem.file())
                .addKeyValue("line", problem.line())
                .addKeyValue("field", problem.field())
                .addKeyValue("reason", problem.reason())
                .addKeyValue("olderVersionInForce", folder.filesInForce().contains(problem.file()))
                .log("A file of the cluster's folder is refused");
    }

    private interface FileWork {
        void run() throws IOException;
    }

    private Future<Void> onThread(FileWork work) {
        var done = Promise.<Void>promise();
        try {
            thread.execute(() -> {
                try {
                    work.run();
                    done.complete();
                } catch (IOException | RuntimeException e) {
                    done.fail(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.fail(new IllegalStateException("the cluster has been stopped", e));
        }
        return done.future();
    }
}
