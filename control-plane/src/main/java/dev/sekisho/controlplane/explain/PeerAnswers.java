package dev.sekisho.controlplane.explain;

import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import io.vertx.core.Future;

/// Asks a peer what its policies say of a call. Any thread.
@FunctionalInterface
public interface PeerAnswers {
    /// @return fails, in words for an operator, when the peer cannot be asked
    Future<ExplainReply> ask(ClusterName peer, ExplainRequest request);
}
