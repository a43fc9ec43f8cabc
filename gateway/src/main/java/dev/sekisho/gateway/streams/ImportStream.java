package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.balancing.ClusterPicker;
import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.relay.Relay;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.relay.StreamEnd;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.RouteTable.SessionAffinity;
import dev.sekisho.gateway.streams.Destinations.Destination;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.call.CallAnswer.Target;
import dev.sekisho.policy.call.CallJudge;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One connection or UDP flow of a local pod to an import.
///
///     accepted ──caller known? egress? which clusters?──▶ opening ──OPENED──▶ relaying ──▶ ended
///                                                           │  ▲
///                                                  refused or unreachable: next cluster
///
/// While opening, the client's first bytes are sent along and kept, so that another cluster can have them too. Once a
/// backend may have seen one of them, nothing is tried again. A client that breaks off before there is a backend is
/// handed on like any other if it has said something: first its bytes, then its reset.
///
/// Confined to its client's event loop.
final class ImportStream implements LiveStreams.LiveStream, Relay.Watcher {
    private final ImportWorld world;
    private final Client client;
    private final StreamRecord told;
    private final Queue<Destination> untried = new ArrayDeque<>();
    /// The caller's address, while it is waited for that a pod is known to have it.
    private @Nullable InetAddress awaited;

    /// The client's address, when its calls stay together.
    private Optional<InetAddress> staying = Optional.empty();

    private Endpoint.@Nullable Pod caller;
    private @Nullable RouteTable judgedBy;
    /// It counts among the streams of its cluster from the first try on, so that tries that hang are load.
    private @Nullable Destination current;

    private boolean several;
    private boolean clientGone;
    private long firstTryNanos;
    private @Nullable Target target;
    private @Nullable Attempt attempt;
    private @Nullable Relay relay;

    /// The try that is under way.
    interface Attempt {
        /// More of what the client says; stays the stream's.
        void sent(ByteBuf bytes);

        void flush();

        void clientEnded();

        void cancel(ResetCode code);
    }

    ImportStream(ImportWorld world, Client client, StreamRecord told) {
        this.world = world;
        this.client = client;
        this.told = told;
    }

    void begin(RouteTable table, InetSocketAddress from) {
        client.tell(this);
        told.started();
        if (!world.streams().add(this)) {
            refuse(
                    world.streams().isDraining()
                            ? new StreamOutcome.Draining()
                            : new StreamOutcome.Overloaded(Bound.STREAMS));
            return;
        }
        var wait = world.settings().callerWait();
        // Of a newer table that has come since, nobody told this stream.
        var newest = world.routes().current().orElse(table);
        if (wait.isZero() || newest.callers().containsKey(from.getAddress())) {
            open(newest, from.getAddress(), false);
            return;
        }
        // A pod runs before the API server tells of its address.
        awaited = from.getAddress();
        client.listen();
        var _ = loop().schedule(this::waitNoLonger, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void lookAgain(RouteTable table) {
        if (awaited != null && table.callers().containsKey(awaited)) {
            goOn(table);
        }
    }

    private void waitNoLonger() {
        world.routes().current().ifPresent(this::goOn);
    }

    private void goOn(RouteTable table) {
        var from = awaited;
        awaited = null;
        if (from != null && !told.hasEnded()) {
            open(table, from, true);
        }
    }

    /// @param listening whether the client is being heard already
    private void open(RouteTable table, InetAddress from, boolean listening) {
        told.judgedBy(table.policies().version());
        caller = table.callers().get(from);
        if (caller != null) {
            judgedBy = table;
            told.caller(caller);
        }
        staying = Optional.ofNullable(table.imports().get(told.service()))
                .filter(service -> service.affinity() == SessionAffinity.CLIENT_IP)
                .map(_ -> from);
        switch (Destinations.of(table, from, told.service(), told.port())) {
            case Destinations.Allowed(var choices) -> {
                several = choices.size() > 1;
                firstTryNanos = System.nanoTime();
                var lastResort = choices.stream().collect(Collectors.partitioningBy(Destination::isLastResort));
                untried.addAll(ordered(lastResort.getOrDefault(false, List.of())));
                untried.addAll(ordered(lastResort.getOrDefault(true, List.of())));
                if (!listening) {
                    client.listen();
                }
                tryNext(new StreamOutcome.NoEndpoint(told.service(), told.port()));
            }
            case Destinations.None(var outcome) -> refuse(outcome);
        }
    }

    private List<Destination> ordered(List<Destination> choices) {
        if (choices.size() < 2) {
            return choices;
        }
        var byCluster = choices.stream().collect(Collectors.toMap(Destination::cluster, Function.identity()));
        var candidates = choices.stream()
                .map(choice -> switch (choice) {
                    case Destination.Local local -> new ClusterPicker.Candidate(local.cluster(), true, true);
                    case Destination.Remote remote ->
                        new ClusterPicker.Candidate(
                                remote.cluster(), false, world.lanes().isReachable(loop(), remote.cluster()));
                })
                .toList();
        return staying
                .map(from -> ClusterPicker.order(candidates, from))
                .orElseGet(() -> ClusterPicker.order(candidates, world.openStreams()::to, world.nextTurn()))
                .stream()
                .map(byCluster::get)
                .toList();
    }

    /// Goes on with the next cluster, or ends with `outcome` when there is none left.
    void tryNext(StreamOutcome outcome) {
        attempt = null;
        target = null;
        var next = untried.poll();
        if (next == null) {
            refuse(outcome);
            return;
        }
        if (current != null) {
            world.openStreams().closed(current.cluster());
        }
        current = next;
        world.openStreams().opened(next.cluster());
        told.audited(next.audited());
        told.triedCluster(next.cluster());
        switch (next) {
            case Destination.Local local -> new LocalAttempt(this, world.backends(), local).begin();
            case Destination.Remote remote -> new RemoteAttempt(this, world, remote.cluster()).begin();
        }
    }

    /// Whether another cluster is left to try.
    boolean hasOthers() {
        return !untried.isEmpty();
    }

    /// How long a cluster may give no sign of life; empty when it is the only one that could serve.
    ///
    /// @param mayMoveOn whether the stream may still be tried elsewhere
    Optional<Duration> patience(boolean mayMoveOn) {
        if (!several) {
            return Optional.empty();
        }
        var patience = world.settings().patience();
        if (mayMoveOn && hasOthers()) {
            return Optional.of(patience.silence());
        }
        var left = patience.most().minusNanos(System.nanoTime() - firstTryNanos);
        return Optional.of(left.compareTo(patience.silence()) < 0 ? patience.silence() : left);
    }

    /// The client's address, when its calls stay at one backend.
    Optional<InetAddress> staying() {
        return staying;
    }

    StreamRecord told() {
        return told;
    }

    Endpoint.Pod caller() {
        if (caller == null) {
            throw new IllegalStateException("the caller is known before anything is tried");
        }
        return caller;
    }

    boolean isOver() {
        return told.hasEnded();
    }

    boolean hasClientEnded() {
        return client.hasEnded();
    }

    void attempting(Attempt under) {
        attempt = under;
    }

    /// Writes what the client has said so far to `end`, and keeps it.
    ///
    /// @return whether there was anything
    boolean repeatTo(StreamEnd end) {
        return client.repeatTo(end);
    }

    /// A backend is connected behind `end`, which has had everything the client said so far.
    ///
    /// @param reached the local backend, if it is one
    void joined(StreamEnd end, String backend, Optional<Target> reached) {
        attempt = null;
        target = reached.orElse(null);
        told.opened(backend);
        var joining = client.join(end, this);
        relay = joining;
        told.carriedBy(joining);
        joining.start(client.hasEnded());
        world.routes().current().ifPresent(this::judgeBy);
        if (clientGone && !told.hasEnded()) {
            joining.abort(ResetCode.CONNECTION_RESET);
            finish(new StreamOutcome.ClientReset());
        }
    }

    /// @param bytes stay the client's
    void clientSaid(ByteBuf bytes) {
        if (attempt != null) {
            attempt.sent(bytes);
        }
    }

    void clientSaidAll() {
        if (attempt != null) {
            attempt.flush();
        }
    }

    void clientEnded() {
        if (attempt != null) {
            attempt.clientEnded();
        }
    }

    /// A backend that can be reached still hears what the client said, as it would had the two been connected directly.
    void clientBrokeAfterWords() {
        clientGone = true;
        clientSaidAll();
    }

    void clientBroke() {
        if (attempt != null) {
            attempt.cancel(ResetCode.CANCELLED);
        }
        finish(new StreamOutcome.ClientReset());
    }

    @Override
    public void completed() {
        finish(new StreamOutcome.Completed());
    }

    @Override
    public void reset(boolean byCaller, ResetCode code) {
        finish(byCaller ? new StreamOutcome.ClientReset() : brokenThere(code));
    }

    @Override
    public void lost(boolean callersEnd, String why) {
        finish(
                current instanceof Destination.Remote remote
                        ? new StreamOutcome.LaneLost(remote.cluster(), why)
                        : new StreamOutcome.BackendUnreachable(why));
    }

    @Override
    public StreamSoFar soFar() {
        return told.soFar();
    }

    @Override
    public EventLoop loop() {
        return client.loop();
    }

    @Override
    public void judgeBy(RouteTable table) {
        if (relay == null || current == null || told.hasEnded() || isJudgedBy(table)) {
            return; // asked again when a backend is connected
        }
        judgedBy = table;
        told.judgedBy(table.policies().version());
        var relaying = relay;
        switch (judge(table, current)) {
            case Verdict.Allowed allowed -> told.audited(allowed.audited());
            case Verdict.Denied denied -> {
                relaying.abort(ResetCode.POLICY_CHANGED);
                finish(Verdicts.policyChanged(denied));
            }
        }
    }

    private boolean isJudgedBy(RouteTable table) {
        return judgedBy != null && judgedBy.version() == table.version();
    }

    private Verdict judge(RouteTable table, Destination destination) {
        var pod = table.asOf(caller());
        return switch (destination) {
            case Destination.Remote remote -> {
                var source = Optional.ofNullable(table.imports().get(told.service())).stream()
                        .flatMap(known -> known.sources().stream())
                        .filter(known -> known.cluster().equals(remote.cluster()))
                        .findAny()
                        .orElse(remote.source());
                yield CallJudge.again(table.policies(), pod, source, told.port());
            }
            case Destination.Local _
            when target == null -> throw new IllegalStateException("a local stream has no backend");
            case Destination.Local _ ->
                CallJudge.again(
                        table.policies(),
                        pod,
                        table.asOf(target.candidate()),
                        told.port(),
                        target.address().getPort());
        };
    }

    @Override
    public void breakOff(StreamOutcome outcome) {
        var code = outcome instanceof StreamOutcome.Draining ? ResetCode.DRAINING : ResetCode.CANCELLED;
        if (told.hasEnded()) {
            client.reset(code); // held, or its last bytes are not taken
            return;
        }
        if (relay != null) {
            relay.abort(code);
        } else {
            if (attempt != null) {
                attempt.cancel(code);
            }
            client.reset(code);
        }
        finish(outcome);
    }

    @Override
    public void draining() {
        if (relay != null) {
            relay.draining();
        }
    }

    /// Turns the client away. What it sees says nothing but that it was refused.
    void refuse(StreamOutcome outcome) {
        client.refuse(outcome);
        finish(outcome);
    }

    /// What a reset of the far end means before or after it was joined.
    StreamOutcome brokenThere(ResetCode code) {
        return switch (code) {
            case POLICY_CHANGED ->
                new StreamOutcome.PolicyChanged(Direction.INGRESS, "the backend's gateway has ended the stream");
            case DRAINING -> new StreamOutcome.Draining();
            case CONNECTION_RESET, CANCELLED, UNKNOWN ->
                told.port().transport() == Transport.UDP
                        ? new StreamOutcome.BackendUnreachable("the network says that the backend does not listen")
                        : new StreamOutcome.BackendReset();
        };
    }

    private void finish(StreamOutcome outcome) {
        if (told.hasEnded()) {
            return;
        }
        client.discard();
        attempt = null;
        untried.clear();
        // Until the last byte is gone it is not over for the one who waits for the end.
        client.whenClosed(() -> world.streams().remove(this));
        if (current != null) {
            world.openStreams().closed(current.cluster());
        }
        if (relay == null) {
            told.ended(outcome, 0, 0);
        } else {
            told.ended(outcome, relay.sentBytes(), relay.receivedBytes());
        }
    }
}
