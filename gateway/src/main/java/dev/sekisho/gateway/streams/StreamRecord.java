package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.relay.Relay;
import dev.sekisho.gateway.streams.StreamSummary.Audited;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PodName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import java.time.Duration;
import java.util.Optional;

/// What is known of a stream so far; becomes its [StreamSummary]. Confined to the stream's event loop, but for
/// [#soFar].
final class StreamRecord {
    private final String id;
    private final StreamSide side;
    private final ServiceName service;
    private final PortKey port;
    private final String callerAddress;
    private final StreamWatcher watcher;
    private final long startedNanos = System.nanoTime();
    private volatile Optional<ClusterName> callerCluster = Optional.empty();
    private volatile Optional<PodName> callerPod = Optional.empty();
    private volatile Optional<ClusterName> destination = Optional.empty();
    private volatile Optional<Relay> relay = Optional.empty();
    private Optional<Duration> openTime = Optional.empty();
    private String backend = "";
    private String policyVersion = "";
    private Optional<Audited> audited = Optional.empty();
    private boolean ended;

    StreamRecord(
            String id,
            StreamSide side,
            ServiceName service,
            PortKey port,
            String callerAddress,
            StreamWatcher watcher) {
        this.id = id;
        this.side = side;
        this.service = service;
        this.port = port;
        this.callerAddress = callerAddress;
        this.watcher = watcher;
    }

    void started() {
        watcher.started(side, service);
    }

    String id() {
        return id;
    }

    ServiceName service() {
        return service;
    }

    PortKey port() {
        return port;
    }

    String callerAddress() {
        return callerAddress;
    }

    boolean hasEnded() {
        return ended;
    }

    void caller(Endpoint.Pod pod) {
        callerCluster = Optional.of(pod.cluster());
        callerPod = Optional.of(pod.name());
    }

    void triedCluster(ClusterName cluster) {
        destination = Optional.of(cluster);
    }

    String policyVersion() {
        return policyVersion;
    }

    void judgedBy(String version) {
        policyVersion = version;
    }

    /// @param denial that it would be if policies were enforced; empty when it would be none
    void audited(Optional<Verdict.Denied> denial) {
        audited = denial.map(denied -> new Audited(denied.direction(), Verdicts.why(denied)));
    }

    /// Any thread.
    StreamSoFar soFar() {
        return new StreamSoFar(
                id,
                side,
                callerCluster,
                callerPod,
                callerAddress,
                service,
                port,
                destination,
                relay.map(Relay::sentBytes).orElse(0L),
                relay.map(Relay::receivedBytes).orElse(0L),
                sinceStart());
    }

    void opened(String backendAddress) {
        backend = backendAddress;
        openTime = Optional.of(sinceStart());
    }

    void carriedBy(Relay carrying) {
        relay = Optional.of(carrying);
    }

    /// The last word; what comes after it is ignored.
    void ended(StreamOutcome outcome, long sentBytes, long receivedBytes) {
        if (ended) {
            return;
        }
        ended = true;
        watcher.ended(new StreamSummary(
                id,
                side,
                callerCluster,
                callerPod,
                callerAddress,
                service,
                port,
                destination,
                backend,
                sentBytes,
                receivedBytes,
                openTime,
                sinceStart(),
                policyVersion,
                audited,
                outcome));
    }

    private Duration sinceStart() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
}
