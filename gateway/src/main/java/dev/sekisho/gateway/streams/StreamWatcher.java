package dev.sekisho.gateway.streams;

import dev.sekisho.names.ServiceName;

/// Told of every stream that begins and ends, once each, on the stream's event loop; must not block. A UDP flow is a
/// stream.
public interface StreamWatcher {
    /// A caller asked for `service`; nothing is decided yet.
    void started(StreamSide side, ServiceName service);

    /// Datagrams that had arrived for `service` went no further.
    ///
    /// @param count at least 1
    void dropped(StreamSide side, ServiceName service, DropReason reason, int count);

    /// The last word on a stream that had started.
    void ended(StreamSummary summary);
}
