package dev.sekisho.gateway.telemetry;

import dev.sekisho.gateway.streams.StreamOutcome;
import dev.sekisho.gateway.streams.StreamSide;
import dev.sekisho.gateway.streams.StreamSummary;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import java.time.Duration;
import java.util.Optional;

/// Summaries of streams of `osaka/shop/batch-0` to `shop/db`, 6379/TCP in tokyo.
record Streams(StreamSide side, String pod, String service) {
    static final Streams IMPORT = new Streams(StreamSide.IMPORT, "batch-0", "shop/db");
    static final Streams EXPORT = new Streams(StreamSide.EXPORT, "batch-0", "shop/db");

    Streams of(String otherPod) {
        return new Streams(side, otherPod, service);
    }

    Streams to(String otherService) {
        return new Streams(side, pod, otherService);
    }

    /// Carried 100 bytes there and 2000 back.
    StreamSummary connected(StreamOutcome outcome) {
        return summary(Optional.of(Duration.ofMillis(7)), "10.1.0.5:6379", 100, 2000, Optional.empty(), outcome);
    }

    /// As [#connected], though policy would deny it if it were enforced.
    StreamSummary audited(Direction by, String why) {
        return summary(
                Optional.of(Duration.ofMillis(7)),
                "10.1.0.5:6379",
                100,
                2000,
                Optional.of(new StreamSummary.Audited(by, why)),
                new StreamOutcome.Completed());
    }

    StreamSummary notConnected(StreamOutcome outcome) {
        return summary(Optional.empty(), "", 0, 0, Optional.empty(), outcome);
    }

    StreamSummary ofUnknownCaller() {
        return new StreamSummary(
                "s1",
                side,
                Optional.empty(),
                Optional.empty(),
                "10.9.9.9",
                ServiceName.parse(service),
                new PortKey(Transport.TCP, 6379),
                Optional.empty(),
                "",
                0,
                0,
                Optional.empty(),
                Duration.ofMillis(1),
                "",
                Optional.empty(),
                new StreamOutcome.UnknownCaller("10.9.9.9"));
    }

    private StreamSummary summary(
            Optional<Duration> openTime,
            String backend,
            long sent,
            long received,
            Optional<StreamSummary.Audited> audited,
            StreamOutcome outcome) {
        return new StreamSummary(
                "s1",
                side,
                Optional.of(new ClusterName("osaka")),
                Optional.of(new PodName("shop", pod)),
                "10.2.0.9",
                ServiceName.parse(service),
                new PortKey(Transport.TCP, 6379),
                Optional.of(new ClusterName("tokyo")),
                backend,
                sent,
                received,
                openTime,
                Duration.ofMillis(1500),
                "v42",
                audited,
                outcome);
    }
}
