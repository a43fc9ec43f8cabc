package dev.sekisho.gateway.streams;

import dev.sekisho.identity.TestClusters;
import dev.sekisho.names.ClusterName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLServerSocket;

/// A gateway of cluster `nagoya` that does with its lanes what a test wants.
final class FakePeer implements AutoCloseable {
    /// What is done with a lane that has greeted; it is closed afterwards.
    interface Talk {
        void with(RawLane lane) throws IOException;
    }

    private final SSLServerSocket server;
    private final List<RawLane> lanes = new CopyOnWriteArrayList<>();

    FakePeer(TestClusters clusters, Talk talk) {
        try {
            server = RawLane.listen(clusters.gateway("nagoya"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(() -> accept(talk));
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept(Talk talk) {
        while (!server.isClosed()) {
            try {
                var lane = RawLane.accept(server);
                lanes.add(lane);
                Thread.ofPlatform().daemon().start(() -> {
                    try (lane) {
                        lane.greet(new ClusterName("nagoya"));
                        talk.with(lane);
                    } catch (IOException e) {
                        // The gateway may close a lane at any time.
                    }
                });
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var lane : lanes) {
                lane.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
