package dev.sekisho.gateway.tunnel;

import dev.sekisho.gateway.relay.EndEvents;
import dev.sekisho.tunnel.v1.Opened;
import dev.sekisho.tunnel.v1.Refused;

/// What the opener of a stream hears until the far gateway has answered; then [#opened] hands over to a relay.
public interface OpenerEvents extends EndEvents {
    /// A backend is connected.
    void opened(Opened answer);

    /// The stream is over and no backend has seen a byte of it.
    void refused(Refused answer);
}
