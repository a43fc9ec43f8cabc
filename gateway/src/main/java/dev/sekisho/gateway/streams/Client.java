package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.relay.Relay;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.StreamEnd;
import io.netty.channel.EventLoop;

/// The calling pod's end of an import stream: keeps what the pod says until a backend is there to hear it. Confined to
/// the stream's event loop.
sealed interface Client permits TcpClient, UdpClient {
    EventLoop loop();

    /// @param stream told from now on what the pod does
    void tell(ImportStream stream);

    /// The pod may speak: somebody might take the stream.
    void listen();

    /// Whether the pod has half-closed.
    boolean hasEnded();

    /// Writes what the pod has said so far to `end`, and keeps it for another try.
    ///
    /// @return whether there was anything
    boolean repeatTo(StreamEnd end);

    /// A backend is there, behind `end`, which has had what was repeated to it.
    ///
    /// @return what carries the stream from now on; not started
    Relay join(StreamEnd end, Relay.Watcher watcher);

    /// Turns the pod away. What it sees says nothing but that it was refused.
    void refuse(StreamOutcome outcome);

    void reset(ResetCode code);

    /// Frees what is kept.
    void discard();

    /// @param action run once nothing of the pod's end is left
    void whenClosed(Runnable action);
}
