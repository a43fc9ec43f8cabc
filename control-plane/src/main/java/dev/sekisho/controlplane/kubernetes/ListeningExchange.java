package dev.sekisho.controlplane.kubernetes;

import dev.sekisho.controlplane.clusterset.plan.Listening;
import io.vertx.core.Future;
import java.util.function.Consumer;

/// What replicas of this control plane let each other know of what gateways say of their listeners. Any thread.
public interface ListeningExchange {
    /// Called once, after [#onOthers].
    void start();

    /// Lets the other replicas know what this one hears; the newest wins.
    void share(Listening own);

    /// @param others given what all the other replicas have shared, after each change of it
    void onOthers(Consumer<Listening> others);

    /// Also when it was never started.
    ///
    /// @return completes when nothing more is written
    Future<Void> stop();
}
