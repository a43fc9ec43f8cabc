package dev.sekisho.identity;

import java.io.IOException;

/// Where the cluster's CA is kept, if it may be replaced while programs run.
@FunctionalInterface
public interface AuthoritySource {
    /// The CA as of now. May block: not on an event loop.
    ///
    /// @throws IOException when it cannot be read at the moment, or what is there is no CA of this cluster
    ClusterAuthority current() throws IOException;
}
