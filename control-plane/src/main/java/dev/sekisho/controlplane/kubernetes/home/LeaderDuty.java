package dev.sekisho.controlplane.kubernetes.home;

import java.io.IOException;

/// Something in our own namespace that the leading replica keeps right. Blocks; called by one thread at a time.
public interface LeaderDuty {
    /// In words for an operator: `the gateways' certificate`.
    String name();

    /// Looks whether it is right, and makes it so. Does next to nothing when it is.
    ///
    /// @throws IOException when it could not be made right now; it is tried again
    void fulfil() throws IOException;
}
