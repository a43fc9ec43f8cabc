package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.streams.Destinations.None;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The clients of one listener whose flow was refused: their further datagrams are dropped unheard, so that a refusal
/// is decided, counted and told once and not once per datagram. A client may ask again
///
/// - when it was quiet for long enough to be another one,
/// - if the route table refused it: when that has changed and says something else,
/// - else after a short while.
///
/// Bounded: the one turned away longest ago is forgotten first. Time is given as [System#nanoTime] gives it. Confined
/// to one thread at a time.
final class TurnedAway {
    /// Of a denial by another cluster: nobody tells us when its rules change.
    static final Duration HOLD_DENIED = Duration.ofSeconds(5);

    /// Of what may be mended soon.
    static final Duration HOLD_FAILED = Duration.ofSeconds(1);

    private final int most;
    private final Duration quietTime;
    private final Map<InetSocketAddress, Refusal> refusals = new LinkedHashMap<>();

    private static final class Refusal {
        private final StreamOutcome outcome;
        private final boolean byTable;
        private final long sinceNanos;
        private long heardNanos;
        private long tableVersion;

        private Refusal(StreamOutcome outcome, boolean byTable, long now, long tableVersion) {
            this.outcome = outcome;
            this.byTable = byTable;
            sinceNanos = now;
            heardNanos = now;
            this.tableVersion = tableVersion;
        }
    }

    /// @param most clients at once
    /// @param quietTime after which a client is taken for another one
    TurnedAway(int most, Duration quietTime) {
        this.most = most;
        this.quietTime = quietTime;
    }

    /// @param verdict what the route table in force says of the client
    void add(InetSocketAddress client, StreamOutcome outcome, Destinations verdict, long tableVersion, long now) {
        refusals.remove(client);
        if (hold(outcome).isZero()) {
            return;
        }
        if (refusals.size() >= most) {
            refusals.remove(refusals.keySet().iterator().next());
        }
        refusals.put(client, new Refusal(outcome, verdict.equals(new None(outcome)), now, tableVersion));
    }

    /// Whether a datagram of `client` is to be dropped unheard.
    ///
    /// @param verdict what the route table in force says of the client; asked when that table is a new one
    boolean holds(InetSocketAddress client, long tableVersion, Supplier<Destinations> verdict, long now) {
        var refusal = refusals.get(client);
        if (refusal == null) {
            return false;
        }
        if (isOver(refusal, now) || hasChanged(refusal, tableVersion, verdict)) {
            refusals.remove(client);
            return false;
        }
        refusal.heardNanos = now;
        return true;
    }

    int size() {
        return refusals.size();
    }

    private boolean isOver(Refusal refusal, long now) {
        return now - refusal.heardNanos >= quietTime.toNanos()
                || (!refusal.byTable
                        && now - refusal.sinceNanos >= hold(refusal.outcome).toNanos());
    }

    private static boolean hasChanged(Refusal refusal, long tableVersion, Supplier<Destinations> verdict) {
        if (!refusal.byTable || refusal.tableVersion == tableVersion) {
            return false;
        }
        refusal.tableVersion = tableVersion;
        return !verdict.get().equals(new None(refusal.outcome));
    }

    private static Duration hold(StreamOutcome outcome) {
        return switch (outcome) {
            case StreamOutcome.Refused _, StreamOutcome.BadRequest _ -> HOLD_DENIED;
            // A flow whose lane was lost begins anew with its next datagram.
            case StreamOutcome.LaneLost _, StreamOutcome.PeerSilent _ -> Duration.ZERO;
            case StreamOutcome.Completed _,
                    StreamOutcome.UnknownCaller _,
                    StreamOutcome.ForgedCaller _,
                    StreamOutcome.NotExported _,
                    StreamOutcome.NoEndpoint _,
                    StreamOutcome.BackendUnreachable _,
                    StreamOutcome.PeerUnreachable _,
                    StreamOutcome.ClientReset _,
                    StreamOutcome.BackendReset _,
                    StreamOutcome.PolicyChanged _,
                    StreamOutcome.Draining _,
                    StreamOutcome.Overloaded _,
                    StreamOutcome.NoFreeLane _,
                    StreamOutcome.PeerOverloaded _,
                    StreamOutcome.NotLinked _ -> HOLD_FAILED;
        };
    }
}
