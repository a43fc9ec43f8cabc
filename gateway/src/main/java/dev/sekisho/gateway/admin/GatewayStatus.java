package dev.sekisho.gateway.admin;

import dev.sekisho.gateway.streams.StreamSoFar;
import dev.sekisho.gateway.tunnel.LaneCount;
import dev.sekisho.names.ClusterName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a gateway says of itself on `/status`, as of one moment.
///
/// @param cluster empty before the first route table
/// @param routesVersion 0 before the first route table
/// @param routesInForceFor how long the route table has been in force; empty before the first
/// @param dialled lanes that we opened, by peer
/// @param accepted lanes that the peer opened, by peer
/// @param openStreams how many there are
/// @param streams some of them, at most [#MOST_LISTED]; more are dropped
/// @param problems what an operator should look at, one sentence each; at most [#MOST_LISTED]
public record GatewayStatus(
        Optional<ClusterName> cluster,
        long routesVersion,
        Optional<Duration> routesInForceFor,
        boolean feedConnected,
        Map<ClusterName, LaneCount> dialled,
        Map<ClusterName, LaneCount> accepted,
        long openStreams,
        List<OpenStream> streams,
        List<String> problems) {
    public static final int MOST_LISTED = 100;

    /// @param side `import` or `export`
    /// @param caller `cluster/namespace/pod`, or its address while it is not known
    /// @param destination the cluster it goes to; empty before one has been tried
    /// @param sentBytes from the caller to the backend
    /// @param receivedBytes from the backend to the caller
    public record OpenStream(
            String id,
            String side,
            String caller,
            String service,
            String port,
            String destination,
            long sentBytes,
            long receivedBytes,
            Duration openFor) {
        public static OpenStream of(StreamSoFar stream) {
            return new OpenStream(
                    stream.id(),
                    stream.side().name().toLowerCase(Locale.ROOT),
                    stream.callerCluster()
                            .flatMap(cluster -> stream.callerPod().map(pod -> cluster + "/" + pod))
                            .orElse(stream.callerAddress()),
                    stream.service().toString(),
                    stream.port().toString(),
                    stream.destination().map(ClusterName::value).orElse(""),
                    stream.sentBytes(),
                    stream.receivedBytes(),
                    stream.duration());
        }
    }

    public GatewayStatus {
        dialled = Map.copyOf(dialled);
        accepted = Map.copyOf(accepted);
        streams = streams.stream().limit(MOST_LISTED).toList();
        problems = problems.stream().limit(MOST_LISTED).toList();
    }

    /// Times are in seconds.
    JsonObject toJson() {
        return new JsonObject()
                .put("cluster", cluster.map(ClusterName::value).orElse(null))
                .put("routesVersion", routesVersion)
                .put(
                        "routesAgeSeconds",
                        routesInForceFor.map(GatewayStatus::seconds).orElse(null))
                .put("feedConnected", feedConnected)
                .put("lanes", lanes())
                .put("openStreams", openStreams)
                .put(
                        "streams",
                        new JsonArray(streams.stream().map(GatewayStatus::json).toList()))
                .put("problems", new JsonArray(problems));
    }

    private JsonObject lanes() {
        var byPeer = new TreeMap<ClusterName, JsonObject>();
        dialled.forEach((peer, count) -> entry(byPeer, peer).put("dialled", json(count)));
        accepted.forEach((peer, count) -> entry(byPeer, peer).put("accepted", json(count)));
        var all = new JsonObject();
        byPeer.forEach((peer, lanes) -> all.put(peer.value(), lanes));
        return all;
    }

    private static JsonObject entry(Map<ClusterName, JsonObject> byPeer, ClusterName peer) {
        return byPeer.computeIfAbsent(
                peer, _ -> new JsonObject().put("dialled", json(LaneCount.NONE)).put("accepted", json(LaneCount.NONE)));
    }

    private static JsonObject json(LaneCount count) {
        return new JsonObject().put("idle", count.idle()).put("busy", count.busy());
    }

    private static JsonObject json(OpenStream stream) {
        return new JsonObject()
                .put("id", stream.id())
                .put("side", stream.side())
                .put("caller", stream.caller())
                .put("service", stream.service())
                .put("port", stream.port())
                .put("destination", stream.destination())
                .put("sentBytes", stream.sentBytes())
                .put("receivedBytes", stream.receivedBytes())
                .put("openForSeconds", seconds(stream.openFor()));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
