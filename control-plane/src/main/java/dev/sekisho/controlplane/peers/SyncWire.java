package dev.sekisho.controlplane.peers;

import dev.sekisho.sync.v1.SyncMessage;

/// One open stream to a peer whose certificate has been checked. Confined to the links' event loop.
interface SyncWire {
    void send(SyncMessage message);

    /// Whether the peer is slower than we are: nothing more should be sent before [#onDrain] runs.
    boolean isFull();

    /// @param drained run each time the wire is no longer full
    void onDrain(Runnable drained);

    /// Sends what is under way, for a second at most, and closes the connection.
    void close();

    /// Who gets what arrives.
    interface Reader {
        void received(SyncMessage message);

        /// The stream is over; called once, and last.
        ///
        /// @param how in words, fit for a log; empty for an orderly end
        void ended(String how);
    }
}
