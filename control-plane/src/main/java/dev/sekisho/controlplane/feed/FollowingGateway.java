package dev.sekisho.controlplane.feed;

import dev.sekisho.feed.v1.Acknowledge;
import dev.sekisho.feed.v1.GatewayMessage;
import dev.sekisho.feed.v1.RouteUpdate;
import dev.sekisho.names.ServiceName;
import io.micrometer.core.instrument.Counter;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One gateway's stream. At most one update is on its way: while the gateway owes its acknowledgement, newer tables
/// replace each other, and it gets the difference to the newest. Confined to the feed's event loop.
final class FollowingGateway {
    private static final Logger log = LoggerFactory.getLogger(FollowingGateway.class);
    private static final int MAX_PROBLEMS = 100;
    private static final int MAX_PROBLEM_CHARACTERS = 500;

    private final String name;
    private final long heldVersion;
    private final GrpcServerResponse<GatewayMessage, RouteUpdate> response;
    private final InstantSource clock;
    private final Instant connectedSince;
    private final Counter snapshots;
    private final Counter differences;

    private Optional<RouteVersion> newest = Optional.empty();
    private Optional<RouteVersion> sent = Optional.empty();
    private Optional<Instant> owesSince = Optional.empty();
    private boolean ended;
    private volatile GatewayStatus status;

    /// @param heldVersion of the table the gateway runs on; 0 when it has none
    FollowingGateway(
            String name,
            long heldVersion,
            GrpcServerRequest<GatewayMessage, RouteUpdate> call,
            InstantSource clock,
            Counter snapshots,
            Counter differences) {
        this.name = name;
        this.heldVersion = heldVersion;
        this.response = call.response();
        this.clock = clock;
        this.connectedSince = clock.instant();
        this.snapshots = snapshots;
        this.differences = differences;
        this.status = new GatewayStatus(name, connectedSince, 0, Optional.empty(), List.of(), Map.of());
    }

    String name() {
        return name;
    }

    /// Any thread.
    GatewayStatus status() {
        return status;
    }

    boolean wasToldAny() {
        return sent.isPresent();
    }

    void replace(RouteVersion routes) {
        newest = Optional.of(routes);
        sendNewest();
    }

    private void sendNewest() {
        if (ended || owesSince.isPresent() || newest.isEmpty() || newest.equals(sent)) {
            return;
        }
        var next = newest.get();
        var base = sent.filter(last -> last.isComplete() || !next.isComplete());
        if (base.isPresent()) {
            differences.increment();
            write(next.since(base.get()));
        } else {
            snapshots.increment();
            write(next.isComplete() || heldVersion == 0 ? next.snapshot() : next.onTopOf(heldVersion));
        }
        sent = Optional.of(next);
        owesSince = Optional.of(clock.instant());
        status = new GatewayStatus(
                name,
                connectedSince,
                status.acknowledgedVersion(),
                owesSince,
                status.problems(),
                status.listenerProblems());
    }

    private void write(RouteUpdate update) {
        response.write(update)
                .onFailure(cause -> log.atDebug()
                        .addKeyValue("gateway", name)
                        .setCause(cause)
                        .log("A route update could not be sent; the gateway is gone"));
    }

    void acknowledged(Acknowledge acknowledge) {
        if (sent.isEmpty() || sent.get().version() != acknowledge.getVersion()) {
            log.atWarn()
                    .addKeyValue("gateway", name)
                    .addKeyValue("acknowledged", acknowledge.getVersion())
                    .addKeyValue("sent", sent.map(RouteVersion::version).orElse(0L))
                    .log(
                            "A gateway acknowledged a route table that was not sent last; the acknowledgement is passed over");
            return;
        }
        var problems = acknowledge.getProblemsList().stream()
                .limit(MAX_PROBLEMS)
                .map(FollowingGateway::bounded)
                .toList();
        if (!problems.isEmpty() && !problems.equals(status.problems())) {
            log.atWarn()
                    .addKeyValue("gateway", name)
                    .addKeyValue("version", acknowledge.getVersion())
                    .addKeyValue("count", acknowledge.getProblemsCount())
                    .addKeyValue("problems", problems)
                    .log("A gateway could not put all of its routes in force");
        }
        owesSince = Optional.empty();
        status = new GatewayStatus(
                name, connectedSince, acknowledge.getVersion(), owesSince, problems, listenerProblems(acknowledge));
        sendNewest();
    }

    private static Map<ServiceName, List<String>> listenerProblems(Acknowledge acknowledge) {
        return acknowledge.getListenerProblemsList().stream()
                .limit(MAX_PROBLEMS)
                .collect(Collectors.groupingBy(
                        problem -> new ServiceName(problem.getNamespace(), problem.getName()),
                        Collectors.mapping(problem -> bounded(problem.getProblem()), Collectors.toList())));
    }

    private static String bounded(String problem) {
        return problem.length() > MAX_PROBLEM_CHARACTERS ? problem.substring(0, MAX_PROBLEM_CHARACTERS) + "…" : problem;
    }

    /// Nothing is sent any more; what the stream still says is passed over.
    void gone() {
        ended = true;
    }

    /// Ends the stream from our side.
    void end(GrpcStatus reason) {
        if (!ended) {
            ended = true;
            response.status(reason).end();
        }
    }
}
