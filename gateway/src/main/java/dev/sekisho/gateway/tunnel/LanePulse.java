package dev.sekisho.gateway.tunnel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Whether an idle lane is still alive: it is asked when it has been quiet for a while. A busy lane is not asked; its
/// stream may have stopped the reading. Confined to the lane's event loop.
final class LanePulse {
    private final Lane lane;
    private long lastSign = System.nanoTime();
    private long pings;
    private boolean pongDue;

    LanePulse(Lane lane) {
        this.lane = lane;
    }

    /// When the lane last gave a sign of life, by [System#nanoTime].
    void felt() {
        lastSign = System.nanoTime();
        pongDue = false;
    }

    /// @param every how long the lane may be quiet before it is asked
    /// @param timeout for the answer; the lane is closed when none comes
    void askIfQuiet(Duration every, Duration timeout) {
        if (pongDue || !lane.isIdle() || System.nanoTime() - lastSign < every.toNanos()) {
            return;
        }
        pongDue = true;
        var ping = ++pings;
        lane.sendPing(ping);
        var _ = lane.eventLoop()
                .schedule(
                        () -> {
                            if (pongDue && ping == pings && lane.isIdle()) {
                                lane.close("no PONG within " + timeout);
                            }
                        },
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
    }
}
