package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.tls.PeerText;
import dev.sekisho.sync.v1.SyncMessage;
import io.vertx.core.http.HttpConnection;
import io.vertx.grpc.common.GrpcReadStream;
import io.vertx.grpc.common.GrpcWriteStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A [SyncWire] over one gRPC call, at whichever end of it. The connection carries nothing else and ends with it.
/// Confined to the links' event loop.
final class GrpcWire implements SyncWire {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final HttpConnection connection;
    private final GrpcWriteStream<SyncMessage> out;
    private Optional<Reader> reader = Optional.empty();
    private boolean ended;
    private boolean closing;

    GrpcWire(HttpConnection connection, GrpcWriteStream<SyncMessage> out) {
        this.connection = connection;
        this.out = out;
    }

    /// Must be called in the same event as the constructor, so that no ending is missed.
    void deliverTo(Reader receiver) {
        reader = Optional.of(receiver);
        out.exceptionHandler(failure -> end(failure.getMessage()));
        connection.exceptionHandler(failure -> end(failure.getMessage()));
        connection.closeHandler(_ -> end("the connection was closed"));
    }

    void readFrom(GrpcReadStream<SyncMessage> in) {
        in.exceptionHandler(failure -> end(failure.getMessage()));
        in.invalidMessageHandler(failure -> end("a message cannot be read: " + failure.getMessage()));
        in.endHandler(_ -> end(""));
        in.handler(message -> {
            if (!ended) {
                reader.ifPresent(receiver -> receiver.received(message));
            }
        });
    }

    /// The stream did not come about, or is over.
    ///
    /// @param how may be null when the cause has no message
    void end(@Nullable String how) {
        if (!ended) {
            ended = true;
            var words = how == null ? "the stream failed" : PeerText.printable(how);
            reader.ifPresent(receiver -> receiver.ended(words));
            close();
        }
    }

    @Override
    public void send(SyncMessage message) {
        if (ended || closing) {
            return;
        }
        try {
            out.write(message).onFailure(failure -> end(failure.getMessage()));
        } catch (IllegalStateException e) {
            // The call was cancelled between two events of ours.
            end(e.getMessage());
        }
    }

    @Override
    public boolean isFull() {
        return ended || closing || out.writeQueueFull();
    }

    @Override
    public void onDrain(Runnable drained) {
        out.drainHandler(_ -> drained.run());
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        try {
            out.end();
        } catch (IllegalStateException e) {
            // It has ended already; the connection goes all the same.
        }
        connection.shutdown(LAST_WORDS);
    }
}
