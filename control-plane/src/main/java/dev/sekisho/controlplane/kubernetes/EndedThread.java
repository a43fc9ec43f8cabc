package dev.sekisho.controlplane.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/// Ends threads of ours without making their owner wait.
public final class EndedThread {
    private EndedThread() {}

    /// Interrupts `thread`, which may never have been started.
    ///
    /// @param then runs when it has ended; what it throws fails the result
    /// @return completes after that
    public static Future<Void> of(Thread thread, Runnable then) {
        var ended = Promise.<Void>promise();
        thread.interrupt();
        Thread.ofVirtual().name(thread.getName() + "-stop").start(() -> {
            try {
                thread.join();
                then.run();
                ended.complete();
            } catch (InterruptedException | RuntimeException e) {
                ended.fail(e);
            }
        });
        return ended.future();
    }
}
