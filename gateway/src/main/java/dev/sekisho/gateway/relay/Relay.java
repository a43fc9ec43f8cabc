package dev.sekisho.gateway.relay;

/// Carries a stream between the caller's end and the backend's until it is over.
///
/// Confined to the stream's event loop, but for the byte counts.
public sealed interface Relay permits ByteRelay, DatagramRelay {
    /// Told once how the relay ended, when both ends are over.
    interface Watcher {
        void completed();

        /// @param byCaller whether the caller's end broke, else the backend's
        void reset(boolean byCaller, ResetCode code);

        void lost(boolean callersEnd, String why);
    }

    /// Starts carrying.
    ///
    /// @param callerEnded whether the caller has half-closed already and the backend's end was told
    void start(boolean callerEnded);

    /// Breaks both ends off without telling the watcher.
    void abort(ResetCode code);

    /// The gateway goes down: what has no end of its own should find one soon.
    void draining();

    /// Bytes from the caller to the backend.
    long sentBytes();

    /// Bytes from the backend to the caller.
    long receivedBytes();
}
