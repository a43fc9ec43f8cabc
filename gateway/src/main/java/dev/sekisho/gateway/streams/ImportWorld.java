package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.balancing.OpenStreams;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.tunnel.Lanes;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// What all import streams share. Any thread.
///
/// @param openStreams by destination cluster
/// @param flows how many of the streams are UDP flows
record ImportWorld(
        LiveRoutes routes,
        Lanes lanes,
        BackendConnector backends,
        LiveStreams streams,
        StreamSettings settings,
        StreamWatcher watcher,
        OpenStreams<ClusterName> openStreams,
        AtomicInteger turn,
        AtomicInteger flows) {
    int nextTurn() {
        return turn.getAndIncrement();
    }

    /// Of a stream that `caller` opens.
    StreamRecord record(ServiceName service, PortKey port, InetSocketAddress caller) {
        return new StreamRecord(
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
                StreamSide.IMPORT,
                service,
                port,
                NetUtil.toAddressString(caller.getAddress()),
                watcher);
    }
}
