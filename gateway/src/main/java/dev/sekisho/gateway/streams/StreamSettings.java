package dev.sekisho.gateway.streams;

import java.time.Duration;

/// How streams are carried.
///
/// @param deny what a client sees when it is refused
/// @param enforceOn whether a change of the rules also ends streams that are open
/// @param connectTimeout for one backend, 10 ms to 5 min
/// @param openTimeout for a peer to answer, all its backends included; 10 ms to 10 min
/// @param dropHold how long a refused connection is held with [DenyResponse#DROP]
/// @param callerWait for how long a caller is kept waiting whose address no pod is known to have yet, before it is
///     refused; 0 to 1 min
/// @param bounds of what streams may take
public record StreamSettings(
        DenyResponse deny,
        EnforceOn enforceOn,
        Duration connectTimeout,
        Duration openTimeout,
        Duration dropHold,
        Duration callerWait,
        Patience patience,
        Bounds bounds) {
    /// With a cluster that shows no sign of life while another could serve. See docs/decisions/silent-clusters.md.
    ///
    /// @param fresh a lane that was heard so lately is sent the client's bytes together with OPEN
    /// @param silence of a lane after OPEN, or of a peer to which a lane is awaited, before the stream moves on
    /// @param most after which a stream that may not move on, or has nowhere to, is given up
    public record Patience(Duration fresh, Duration silence, Duration most) {
        static final Patience DEFAULTS =
                new Patience(Duration.ofMillis(500), Duration.ofMillis(900), Duration.ofMillis(1_900));
    }

    /// What streams may take at the most.
    ///
    /// @param retainedBytes of a client kept for another try until a backend is connected; 0 to 16 MiB
    /// @param maxStreams open at once on each side, import and export; UDP flows among them
    /// @param maxFlows UDP flows of this cluster's pods at once, 1 to 100 000; each occupies a lane. Beyond it the
    ///     one that was quiet longest ends
    /// @param flowQuietTime after which a UDP flow is over, 1 s to 1 h; after 5 s at most when it was one
    ///     question and one answer
    public record Bounds(int retainedBytes, int maxStreams, int maxFlows, Duration flowQuietTime) {
        static final Bounds DEFAULTS = new Bounds(64 * 1024, 100_000, 4_096, Duration.ofSeconds(60));

        public Bounds {
            if (retainedBytes < 0 || retainedBytes > 16 * 1024 * 1024) {
                throw new IllegalArgumentException("streams.retainedBytes must be 0 to 16777216, got " + retainedBytes);
            }
            if (maxStreams < 1) {
                throw new IllegalArgumentException("streams.maxStreams must be at least 1, got " + maxStreams);
            }
            if (maxFlows < 1 || maxFlows > 100_000) {
                throw new IllegalArgumentException("streams.maxFlows must be 1 to 100000, got " + maxFlows);
            }
            requireBetween("streams.flowQuietTime", flowQuietTime, Duration.ofSeconds(1), Duration.ofHours(1));
        }
    }

    public enum DenyResponse {
        /// The connection is reset at once.
        RESET,
        /// The connection is left unanswered for a while, then reset.
        DROP
    }

    public enum EnforceOn {
        CHANGE,
        CONNECTION
    }

    public static final StreamSettings DEFAULTS = new StreamSettings(
            DenyResponse.RESET,
            EnforceOn.CHANGE,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ZERO,
            Patience.DEFAULTS,
            Bounds.DEFAULTS);

    public StreamSettings {
        requireBetween("streams.connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
        requireBetween("streams.openTimeout", openTimeout, Duration.ofMillis(10), Duration.ofMinutes(10));
        requireBetween("streams.dropHold", dropHold, Duration.ZERO, Duration.ofMinutes(10));
        requireBetween("streams.callerWait", callerWait, Duration.ZERO, Duration.ofMinutes(1));
    }

    public StreamSettings withDeny(DenyResponse response) {
        return new StreamSettings(
                response, enforceOn, connectTimeout, openTimeout, dropHold, callerWait, patience, bounds);
    }

    public StreamSettings withEnforceOn(EnforceOn when) {
        return new StreamSettings(deny, when, connectTimeout, openTimeout, dropHold, callerWait, patience, bounds);
    }

    public StreamSettings withCallerWait(Duration wait) {
        return new StreamSettings(deny, enforceOn, connectTimeout, openTimeout, dropHold, wait, patience, bounds);
    }

    public StreamSettings withPatience(Patience other) {
        return new StreamSettings(deny, enforceOn, connectTimeout, openTimeout, dropHold, callerWait, other, bounds);
    }

    public StreamSettings withMaxStreams(int most) {
        return with(new Bounds(bounds.retainedBytes, most, bounds.maxFlows, bounds.flowQuietTime));
    }

    public StreamSettings withFlows(int most, Duration quietTime) {
        return with(new Bounds(bounds.retainedBytes, bounds.maxStreams, most, quietTime));
    }

    public StreamSettings withFlowQuietTime(Duration quietTime) {
        return withFlows(bounds.maxFlows, quietTime);
    }

    private StreamSettings with(Bounds others) {
        return new StreamSettings(deny, enforceOn, connectTimeout, openTimeout, dropHold, callerWait, patience, others);
    }

    private static void requireBetween(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", got " + value);
        }
    }
}
