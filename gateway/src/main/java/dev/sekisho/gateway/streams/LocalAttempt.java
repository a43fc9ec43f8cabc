package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.relay.PlainEnd;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.streams.Destinations.Destination;
import dev.sekisho.policy.call.CallAnswer.Target;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.util.Optional;

/// Tries this cluster's own backends. Nothing is sent before one is connected.
final class LocalAttempt implements ImportStream.Attempt, BackendConnector.Request {
    private final ImportStream stream;
    private final BackendConnector backends;
    private final Destination.Local destination;
    private boolean cancelled;

    LocalAttempt(ImportStream stream, BackendConnector backends, Destination.Local destination) {
        this.stream = stream;
        this.backends = backends;
        this.destination = destination;
    }

    void begin() {
        stream.attempting(this);
        backends.connect(
                stream.loop(), stream.told().port().transport(), destination.targets(), stream.staying(), this);
    }

    @Override
    public boolean isWanted() {
        return !cancelled && !stream.isOver();
    }

    @Override
    public void connected(PlainEnd backend, Target target) {
        stream.repeatTo(backend);
        if (stream.hasClientEnded()) {
            backend.end();
        } else {
            backend.flush();
        }
        stream.joined(backend, NetUtil.toSocketAddressString(target.address()), Optional.of(target));
    }

    @Override
    public void failed(String why) {
        stream.tryNext(new StreamOutcome.BackendUnreachable(why));
    }

    @Override
    public void sent(ByteBuf bytes) {}

    @Override
    public void flush() {}

    @Override
    public void clientEnded() {}

    @Override
    public void cancel(ResetCode code) {
        cancelled = true;
    }
}
