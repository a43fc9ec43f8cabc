package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.ByteRelay;
import dev.sekisho.gateway.relay.EarlyInput;
import dev.sekisho.gateway.relay.PlainEnd;
import dev.sekisho.gateway.relay.Relay;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.SocketEnd;
import dev.sekisho.gateway.relay.Sockets;
import java.util.function.Consumer;

/// A connection for our control plane: its bytes pass through untouched, TLS and all. Confined to its event loop.
final class PassedOn extends EarlyInput implements Sockets.Connection, Relay.Watcher {
    private final SocketEnd stranger;
    private final Consumer<String> unreachable;
    private final Runnable over;
    private boolean ended;

    /// @param unreachable told why when the control plane cannot be connected to
    /// @param over told once when the connection has ended, however
    PassedOn(SocketEnd stranger, Consumer<String> unreachable, Runnable over) {
        this.stranger = stranger;
        this.unreachable = unreachable;
        this.over = over;
    }

    @Override
    public void connected(PlainEnd controlPlane) {
        if (ended) {
            controlPlane.reset(ResetCode.CANCELLED);
        } else {
            start(new ByteRelay(stranger, controlPlane, pourInto(controlPlane), this));
        }
    }

    @Override
    public void failed(String why) {
        if (!ended) {
            discard();
            stranger.reset(ResetCode.CONNECTION_RESET);
            unreachable.accept(why);
            end();
        }
    }

    @Override
    protected void broken(ResetCode code) {
        end();
    }

    @Override
    protected void gone(String why) {
        end();
    }

    @Override
    public void completed() {
        end();
    }

    @Override
    public void reset(boolean byCaller, ResetCode code) {
        end();
    }

    @Override
    public void lost(boolean callersEnd, String why) {
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            over.run();
        }
    }
}
