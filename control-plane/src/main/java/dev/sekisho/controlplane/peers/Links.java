package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.peers.SyncSession.Dialled;
import dev.sekisho.controlplane.peers.SyncSession.Self;
import dev.sekisho.controlplane.peers.records.PeerVersions;
import dev.sekisho.names.ClusterName;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// What every link of this cluster shares.
record Links(
        Vertx vertx,
        SyncSettings settings,
        Self self,
        SyncDialer dialer,
        KeptExports kept,
        InstantSource clock,
        RandomGenerator random,
        MeterRegistry registry) {
    SyncSession session(
            ClusterName peer, Dialled dialled, SyncWire wire, PeerVersions versions, SyncSession.Events events) {
        var questions = new Questions(vertx, settings.timing().answer(), wire);
        return new SyncSession(self, peer, dialled, wire, questions, versions, settings.bounds(), clock, events);
    }
}
