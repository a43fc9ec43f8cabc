package dev.sekisho.gateway.streams;

import dev.sekisho.names.ServiceName;

/// Told of every stream that begins and ends, once each, on the stream's event loop; must not block.
public interface StreamWatcher {
    /// A caller asked for `service`; nothing is decided yet.
    void started(StreamSide side, ServiceName service);

    /// The last word on a stream that had started.
    void ended(StreamSummary summary);
}
