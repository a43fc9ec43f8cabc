package dev.sekisho.cli;

import io.vertx.core.Future;

/// A program of a standalone cluster that runs in this process.
interface Program {
    /// @return fails with what is wrong and which setting it is
    Future<Void> start();

    /// Lets open work end, within the program's own bounds.
    Future<Void> stop();
}
