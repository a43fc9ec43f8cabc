package dev.sekisho.controlplane.peers.records;

import dev.sekisho.controlplane.tls.PeerText;
import dev.sekisho.names.ServiceName;
import dev.sekisho.sync.v1.Changes;
import dev.sekisho.sync.v1.ExportRecord;
import dev.sekisho.sync.v1.Refusals;
import dev.sekisho.sync.v1.Withdrawal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Which of our exports one peer does not take, as far as it says so, and those that we know it cannot take. A refusal
/// stands until the peer has read the record again, or its withdrawal, and says nothing of it. Confined to the links'
/// event loop; over all streams with the peer.
public final class RefusedExports {
    private final Map<String, Refused> refused = new HashMap<>();
    private Map<String, String> withheld = Map.of();
    private long sent;

    /// @param sentAgain the message that makes the peer decide anew; 0 when there was none yet
    private record Refused(String reason, long sentAgain) {}

    public void sent(Changes changes) {
        sent++;
        changes.getRecordsList().stream().map(ExportRecord::getKey).forEach(this::awaitAnswer);
        changes.getWithdrawalsList().stream().map(Withdrawal::getKey).forEach(this::awaitAnswer);
    }

    private void awaitAnswer(String key) {
        refused.computeIfPresent(key, (_, known) -> new Refused(known.reason(), sent));
    }

    /// @param ours the keys of what we export; a peer cannot refuse anything else
    public void refused(Refusals refusals, Collection<String> ours) {
        for (var refusal : refusals.getRefusalsList()) {
            if (ours.contains(refusal.getKey())) {
                refused.put(refusal.getKey(), new Refused(PeerText.printable(refusal.getReason()), 0));
            }
        }
    }

    /// @param reasons why records are not sent to this peer, by key
    public void withheld(Map<String, String> reasons) {
        withheld = Map.copyOf(reasons);
    }

    /// How much was sent so far, for [#read].
    public long mark() {
        return sent;
    }

    /// The peer has read everything up to a mark, and has said what it refuses of it.
    public void read(long mark) {
        refused.values().removeIf(known -> known.sentAgain() > 0 && known.sentAgain() <= mark);
    }

    public Map<ServiceName, String> all() {
        var all = new HashMap<ServiceName, String>();
        refused.forEach((key, known) -> all.put(ServiceName.parse(key), known.reason()));
        withheld.forEach((key, reason) -> all.put(ServiceName.parse(key), reason));
        return all;
    }
}
