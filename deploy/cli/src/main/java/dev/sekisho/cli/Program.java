package dev.sekisho.cli;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;

/// A program that runs in this process.
public interface Program {
    /// @return fails with what is wrong and which setting it is
    Future<Void> start();

    /// Lets open work end, within the program's own bounds. Also called when it has not started, or only in part.
    Future<Void> stop();

    /// How long [#stop] may take, the program's own bounds included.
    default Duration stopsWithin() {
        return Duration.ofMinutes(1);
    }

    /// Completes with the exit code of the process when the program may not go on; one that goes on until it is
    /// stopped never does.
    default Future<Integer> ended() {
        return Promise.<Integer>promise().future();
    }
}
