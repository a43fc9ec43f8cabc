package dev.sekisho.controlplane;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/// The parts of a program in the order in which they start. They stop in reverse, each even when another one fails.
///
/// @param parts each may be stopped without ever having been started
record StartOrder(List<Part> parts) {
    StartOrder {
        parts = List.copyOf(parts);
    }

    record Part(Supplier<Future<Void>> start, Supplier<Future<Void>> stop) {
        /// One that begins by itself.
        static Part stoppedBy(Supplier<Future<Void>> stop) {
            return new Part(Future::succeededFuture, stop);
        }

        static Part closedBy(Runnable close) {
            return stoppedBy(() -> {
                close.run();
                return Future.succeededFuture();
            });
        }
    }

    /// @return fails as the first part that cannot start; what had started by then is stopped again
    Future<Void> start() {
        var started = Future.<Void>succeededFuture();
        for (var part : parts) {
            started = started.compose(_ -> part.start().get());
        }
        return started.recover(this::stopFor);
    }

    /// @return fails with `cause` when everything is stopped
    Future<Void> stopFor(Throwable cause) {
        return stop().transform(_ -> Future.failedFuture(cause));
    }

    Future<Void> stop() {
        var stopped = Future.<Void>succeededFuture();
        for (var part : parts.reversed()) {
            stopped = stopped.eventually(part.stop());
        }
        return stopped;
    }
}
