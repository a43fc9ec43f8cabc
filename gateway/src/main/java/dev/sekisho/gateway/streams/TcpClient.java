package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.relay.ByteRelay;
import dev.sekisho.gateway.relay.EndEvents;
import dev.sekisho.gateway.relay.Relay;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.SocketEnd;
import dev.sekisho.gateway.relay.StreamEnd;
import dev.sekisho.gateway.streams.StreamSettings.DenyResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A pod's connection. What it says first is kept up to a bound, at which its reading stops.
final class TcpClient implements Client {
    private final SocketEnd end;
    private final StreamSettings settings;
    private final List<ByteBuf> kept = new ArrayList<>();
    private long keptBytes;
    private boolean ended;

    TcpClient(SocketEnd end, StreamSettings settings) {
        this.end = end;
        this.settings = settings;
    }

    @Override
    public EventLoop loop() {
        return end.channel().eventLoop();
    }

    @Override
    public void tell(ImportStream stream) {
        end.tell(new FirstWords(stream));
    }

    @Override
    public void listen() {
        end.read(settings.bounds().retainedBytes() > 0);
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public boolean repeatTo(StreamEnd backend) {
        kept.forEach(bytes -> backend.write(bytes.retainedDuplicate()));
        return keptBytes > 0;
    }

    @Override
    public Relay join(StreamEnd backend, Relay.Watcher watcher) {
        discard();
        return new ByteRelay(end, backend, keptBytes, watcher);
    }

    @Override
    public void refuse(StreamOutcome outcome) {
        var hold = settings.dropHold().toMillis();
        var denied = outcome instanceof StreamOutcome.Refused || outcome instanceof StreamOutcome.UnknownCaller;
        if (denied && settings.deny() == DenyResponse.DROP && hold > 0) {
            end.read(false);
            var _ = loop().schedule(() -> end.reset(ResetCode.CANCELLED), hold, TimeUnit.MILLISECONDS);
        } else {
            end.reset(ResetCode.CANCELLED);
        }
    }

    @Override
    public void reset(ResetCode code) {
        end.reset(code);
    }

    @Override
    public void discard() {
        kept.forEach(ByteBuf::release);
        kept.clear();
    }

    @Override
    public void whenClosed(Runnable action) {
        end.channel().closeFuture().addListener(_ -> action.run());
    }

    /// Hears the pod until a relay does.
    private final class FirstWords implements EndEvents {
        private final ImportStream stream;

        private FirstWords(ImportStream stream) {
            this.stream = stream;
        }

        @Override
        public void received(ByteBuf bytes) {
            kept.add(bytes);
            keptBytes += bytes.readableBytes();
            stream.clientSaid(bytes);
            if (keptBytes >= settings.bounds().retainedBytes()) {
                end.read(false);
            }
        }

        @Override
        public void receivedAll() {
            stream.clientSaidAll();
        }

        @Override
        public void ended() {
            ended = true;
            stream.clientEnded();
        }

        @Override
        public void reset(ResetCode code) {
            if (keptBytes > 0) {
                stream.clientBrokeAfterWords();
            } else {
                stream.clientBroke();
            }
        }

        @Override
        public void lost(String why) {
            stream.clientBroke();
        }

        @Override
        public void writable() {}
    }
}
