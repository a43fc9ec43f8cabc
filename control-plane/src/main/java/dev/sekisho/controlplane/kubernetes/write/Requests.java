package dev.sekisho.controlplane.kubernetes.write;

import java.io.IOException;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// The requests of one round of writing. Some are under way at the same time, and one that fails stops no other.
final class Requests {
    private static final int AT_A_TIME = 8;
    private static final int MOST_TOLD = 5;

    private final BooleanSupplier stopped;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /// One request, or a few that follow each other.
    interface Request {
        void send() throws IOException;
    }

    /// @param stopped once it says so, no further request is begun
    Requests(BooleanSupplier stopped) {
        this.stopped = stopped;
    }

    /// Returns when all of them are over, well or not. Blocks.
    void sendAll(Collection<? extends Request> all) {
        var places = new Semaphore(AT_A_TIME);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            all.forEach(request -> {
                places.acquireUninterruptibly();
                threads.execute(() -> {
                    try {
                        send(request);
                    } finally {
                        places.release();
                    }
                });
            });
        }
    }

    private void send(Request request) {
        if (stopped.getAsBoolean()) {
            return;
        }
        try {
            request.send();
        } catch (IOException | RuntimeException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }

    /// @throws IOException that says what could not be done, when something could not
    void requireAllDone() throws IOException {
        if (stopped.getAsBoolean()) {
            throw new IOException("writing was broken off, because this control plane stops");
        }
        if (!failures.isEmpty()) {
            var told = failures.stream().sorted().limit(MOST_TOLD).collect(Collectors.joining("; "));
            var untold = failures.size() - MOST_TOLD;
            throw new IOException(told + (untold > 0 ? "; and " + untold + " more" : ""));
        }
    }
}
