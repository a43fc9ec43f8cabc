package dev.sekisho.controlplane.peers;

import dev.sekisho.controlplane.tls.PeerText;
import dev.sekisho.sync.v1.Answer;
import dev.sekisho.sync.v1.Ask;
import dev.sekisho.sync.v1.ExplainReply;
import dev.sekisho.sync.v1.ExplainRequest;
import dev.sekisho.sync.v1.SyncMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// What we have asked a peer on one stream and not been answered yet. Confined to the links' event loop.
final class Questions {
    private static final int MOST_OPEN = 64;

    private final Vertx vertx;
    private final Duration patience;
    private final SyncWire wire;
    private final Map<Long, Promise<ExplainReply>> open = new HashMap<>();
    private long lastId;

    Questions(Vertx vertx, Duration patience, SyncWire wire) {
        this.vertx = vertx;
        this.patience = patience;
        this.wire = wire;
    }

    Future<ExplainReply> ask(ExplainRequest request) {
        if (open.size() >= MOST_OPEN || wire.isFull()) {
            return Future.failedFuture("the link is busy; ask again");
        }
        var id = ++lastId;
        var answer = Promise.<ExplainReply>promise();
        open.put(id, answer);
        wire.send(SyncMessage.newBuilder()
                .setAsk(Ask.newBuilder().setId(id).setExplain(request))
                .build());
        var timer = vertx.setTimer(
                patience.toMillis(), _ -> fail(id, "the peer has not answered within " + patience.toMillis() + " ms"));
        return answer.future().onComplete(_ -> vertx.cancelTimer(timer));
    }

    void answered(Answer answer) {
        var asked = open.remove(answer.getId());
        if (asked == null) {
            return; // it came too late, and the asker knows
        }
        switch (answer.getKindCase()) {
            case EXPLAIN -> asked.complete(answer.getExplain());
            case PROBLEM -> asked.fail("the peer cannot say: " + PeerText.printable(answer.getProblem()));
            case KIND_NOT_SET -> asked.fail("the peer's answer is of a kind that this version does not know");
        }
    }

    void streamEnded() {
        for (var id : open.keySet().toArray(Long[]::new)) {
            fail(id, "the link ended before the peer answered");
        }
    }

    private void fail(long id, String why) {
        var asked = open.remove(id);
        if (asked != null) {
            asked.fail(why);
        }
    }
}
