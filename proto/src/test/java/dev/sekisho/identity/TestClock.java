package dev.sekisho.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that only the test moves. It begins at the present, so that certificates hold for code with a clock of
/// its own. Any thread.
public final class TestClock implements InstantSource {
    private volatile Instant now = InstantSource.system().instant();

    @Override
    public Instant instant() {
        return now;
    }

    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }
}
