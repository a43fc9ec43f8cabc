package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.tunnel.LaneRole;
import dev.sekisho.gateway.tunnel.LaneWatcher;
import dev.sekisho.gateway.tunnel.RefusalReason;
import dev.sekisho.names.ClusterName;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers what became of lanes and of strangers.
final class SeenLanes implements LaneWatcher {
    record Lane(ClusterName peer, LaneRole role, String reason) {}

    record Refusal(RefusalReason kind, String reason) {}

    private final List<Lane> opened = new CopyOnWriteArrayList<>();
    private final List<Lane> lost = new CopyOnWriteArrayList<>();
    private final List<Lane> failed = new CopyOnWriteArrayList<>();
    private final List<Refusal> refused = new CopyOnWriteArrayList<>();
    private final List<Bound> exhausted = new CopyOnWriteArrayList<>();

    @Override
    public void opened(ClusterName peer, LaneRole role) {
        opened.add(new Lane(peer, role, ""));
    }

    @Override
    public void retired(ClusterName peer, LaneRole role) {}

    @Override
    public void lost(ClusterName peer, LaneRole role, String reason) {
        lost.add(new Lane(peer, role, reason));
    }

    @Override
    public void dialFailed(ClusterName peer, String reason) {
        failed.add(new Lane(peer, LaneRole.DIALLED, reason));
    }

    @Override
    public void refused(RefusalReason kind, String reason) {
        refused.add(new Refusal(kind, reason));
    }

    @Override
    public void exhausted(ClusterName peer, Bound bound) {
        exhausted.add(bound);
    }

    List<Lane> opened() {
        return opened;
    }

    List<Lane> lost() {
        return lost;
    }

    List<Lane> failed() {
        return failed;
    }

    List<Refusal> refused() {
        return refused;
    }

    List<Bound> exhausted() {
        return exhausted;
    }

    void awaitRefusal(RefusalReason kind) {
        Until.holds("a refusal as " + kind, () -> refused.stream().anyMatch(refusal -> refusal.kind() == kind));
    }

    Refusal firstRefusal() {
        Until.holds("a refusal at the public port", () -> !refused.isEmpty());
        return refused.getFirst();
    }
}
