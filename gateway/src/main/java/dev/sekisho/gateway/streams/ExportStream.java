package dev.sekisho.gateway.streams;

import com.google.common.net.InetAddresses;
import dev.sekisho.gateway.bounds.Bound;
import dev.sekisho.gateway.relay.ByteRelay;
import dev.sekisho.gateway.relay.DatagramQueue;
import dev.sekisho.gateway.relay.DatagramRelay;
import dev.sekisho.gateway.relay.EarlyInput;
import dev.sekisho.gateway.relay.PlainEnd;
import dev.sekisho.gateway.relay.Relay;
import dev.sekisho.gateway.relay.ResetCode;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.RouteTable.SessionAffinity;
import dev.sekisho.gateway.tunnel.LaneStream;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Direction;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.call.CallAnswer;
import dev.sekisho.policy.call.CallAnswer.Target;
import dev.sekisho.policy.call.CallJudge;
import dev.sekisho.policy.codec.CallerCodec;
import dev.sekisho.tunnel.v1.Open;
import dev.sekisho.tunnel.v1.Opened;
import dev.sekisho.tunnel.v1.Refused;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One stream, or UDP flow, of another cluster's caller to one of our backends.
///
///     OPEN ──caller is the lane's? service and port exported? ingress?──▶ connecting ──OPENED──▶ relaying ──▶ ended
///
/// Confined to its lane's event loop.
final class ExportStream extends EarlyInput implements LiveStreams.LiveStream, BackendConnector.Request, Relay.Watcher {
    private static final Duration SIGN_EVERY = Duration.ofMillis(250);
    private static final Pattern STREAM_ID = Pattern.compile("[0-9A-Za-z-]{1,64}");

    private final LaneStream lane;
    private final StreamRecord told;
    private final Endpoint.Pod caller;
    private final String claimedCluster;
    private final ExportWorld world;
    private @Nullable RouteTable judgedBy;
    private @Nullable Relaying relaying;
    private @Nullable ScheduledFuture<?> deciding;

    private record Relaying(Relay relay, PlainEnd backend, Target target) {}

    /// @throws IllegalArgumentException when a name, number or address in `open` is none
    ExportStream(LaneStream lane, Open open, ExportWorld world) {
        this.lane = lane;
        this.world = world;
        caller = CallerCodec.fromWire(open.getCaller(), lane.peer());
        claimedCluster = open.getCaller().getCluster();
        var address = open.getCaller().getAddress();
        if (!STREAM_ID.matcher(open.getStream()).matches() || !InetAddresses.isInetAddress(address)) {
            throw new IllegalArgumentException("stream id and caller address must be an id and an address");
        }
        told = new StreamRecord(
                open.getStream(),
                StreamSide.EXPORT,
                new ServiceName(open.getServiceNamespace(), open.getServiceName()),
                new PortKey(Transport.of(open.getProtocol()), open.getServicePort()),
                address,
                world.watcher());
    }

    void begin() {
        lane.tell(this);
        told.started();
        told.caller(caller);
        if (!claimedCluster.equals(lane.peer().value())) {
            refuse(
                    Refused.Code.CODE_DENIED,
                    "the lane is not of the caller's cluster",
                    new StreamOutcome.ForgedCaller(printable(claimedCluster), lane.peer()));
        } else if (told.port().transport() == Transport.SCTP) {
            var why = "only TCP and UDP can be called, got " + told.port();
            refuse(Refused.Code.CODE_BAD_REQUEST, why, new StreamOutcome.BadRequest(why));
        } else if (!world.streams().add(this)) {
            if (world.streams().isDraining()) {
                refuse(Refused.Code.CODE_DRAINING, "the gateway is shutting down", new StreamOutcome.Draining());
            } else {
                refuse(
                        Refused.Code.CODE_OVERLOADED,
                        Bound.STREAMS.explanation(),
                        new StreamOutcome.Overloaded(Bound.STREAMS));
            }
        } else {
            world.routes().current().ifPresentOrElse(this::choose, this::refuseWithoutEndpoint);
        }
    }

    private void choose(RouteTable table) {
        judgedBy = table;
        told.judgedBy(table.policies().version());
        told.triedCluster(table.cluster());
        if (!table.peers().containsKey(lane.peer())) {
            // Its lanes are being closed, each on its own loop.
            refuseUnlinked();
            return;
        }
        switch (CallJudge.here(table.policies(), caller, table.offer(told.service()), told.port())) {
            case CallAnswer.Allowed allowed -> {
                told.audited(allowed.audited());
                lane.read(false);
                sayStillDeciding();
                var staying = Optional.ofNullable(table.exports().get(told.service()))
                        .filter(service -> service.affinity() == SessionAffinity.CLIENT_IP)
                        .flatMap(_ -> caller.address());
                world.backends().connect(lane.eventLoop(), told.port().transport(), allowed.targets(), staying, this);
            }
            case CallAnswer.Denied(var verdict, var _) ->
                refuse(Refused.Code.CODE_DENIED, Verdicts.why(verdict), Verdicts.refused(verdict));
            case CallAnswer.NotExported _ -> {
                var outcome = new StreamOutcome.NotExported(told.service(), told.port());
                refuse(Refused.Code.CODE_NOT_EXPORTED, outcome.explanation(), outcome);
            }
            case CallAnswer.NoEndpoint _, CallAnswer.InDoubt _ -> refuseWithoutEndpoint();
        }
    }

    /// The opener does not take this gateway for dead while a backend takes its time.
    private void sayStillDeciding() {
        deciding = loop().schedule(
                        () -> {
                            lane.stillDeciding();
                            sayStillDeciding();
                        },
                        SIGN_EVERY.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void decided() {
        if (deciding != null) {
            deciding.cancel(false);
        }
    }

    @Override
    public boolean isWanted() {
        return !told.hasEnded();
    }

    @Override
    public void connected(PlainEnd backend, Target target) {
        decided();
        var now = world.routes().current().orElseThrow();
        if (!now.peers().containsKey(lane.peer())) {
            backend.reset(ResetCode.POLICY_CHANGED);
            refuseUnlinked();
            return;
        }
        var denial = denialBy(now, target);
        if (denial.isPresent()) {
            backend.reset(ResetCode.POLICY_CHANGED);
            refuse(Refused.Code.CODE_DENIED, Verdicts.why(denial.get()), Verdicts.refused(denial.get()));
            return;
        }
        var address = NetUtil.toSocketAddressString(target.address());
        told.opened(address);
        lane.opened(Opened.newBuilder().setBackend(address).build());
        lane.flush();
        var relay = relayTo(backend, pourInto(backend));
        relaying = new Relaying(relay, backend, target);
        told.carriedBy(relay);
        start(relay);
    }

    private Relay relayTo(PlainEnd backend, long sentBefore) {
        return told.port().transport() == Transport.UDP
                ? new DatagramRelay(
                        lane.eventLoop(),
                        lane,
                        backend,
                        new DatagramQueue(),
                        sentBefore,
                        world.settings().bounds().flowQuietTime(),
                        count -> world.watcher().dropped(StreamSide.EXPORT, told.service(), DropReason.QUEUE, count),
                        this)
                : new ByteRelay(lane, backend, sentBefore, this);
    }

    @Override
    public void failed(String why) {
        refuse(Refused.Code.CODE_BACKEND_UNREACHABLE, why, new StreamOutcome.BackendUnreachable(why));
    }

    @Override
    protected void broken(ResetCode code) {
        finish(endedByCaller(code));
    }

    @Override
    protected void gone(String why) {
        finish(new StreamOutcome.LaneLost(lane.peer(), why));
    }

    @Override
    public void completed() {
        finish(new StreamOutcome.Completed());
    }

    @Override
    public void reset(boolean byCaller, ResetCode code) {
        finish(byCaller ? endedByCaller(code) : new StreamOutcome.BackendReset());
    }

    @Override
    public void lost(boolean callersEnd, String why) {
        if (callersEnd) {
            gone(why);
        } else {
            finish(new StreamOutcome.BackendUnreachable(why));
        }
    }

    @Override
    public StreamSoFar soFar() {
        return told.soFar();
    }

    @Override
    public EventLoop loop() {
        return lane.eventLoop();
    }

    @Override
    public void lookAgain(RouteTable table) {}

    @Override
    public void judgeBy(RouteTable table) {
        if (relaying == null || told.hasEnded()) {
            return; // asked again when a backend is connected
        }
        var relay = relaying.relay();
        denialBy(table, relaying.target()).ifPresent(denial -> {
            relay.abort(ResetCode.POLICY_CHANGED);
            finish(Verdicts.policyChanged(denial));
        });
    }

    @Override
    public void breakOff(StreamOutcome outcome) {
        if (told.hasEnded()) {
            if (relaying != null) {
                relaying.backend().reset(ResetCode.DRAINING); // its last bytes are not taken
            }
            return;
        }
        if (relaying == null) {
            refuse(Refused.Code.CODE_DRAINING, "the gateway is shutting down", outcome);
        } else {
            relaying.relay().abort(ResetCode.DRAINING);
            finish(outcome);
        }
    }

    @Override
    public void draining() {
        if (relaying != null) {
            relaying.relay().draining();
        }
    }

    private Optional<Verdict.Denied> denialBy(RouteTable table, Target target) {
        if (judgedBy != null && judgedBy.version() == table.version()) {
            return Optional.empty();
        }
        judgedBy = table;
        told.judgedBy(table.policies().version());
        var verdict = CallJudge.again(
                table.policies(),
                caller,
                table.asOf(target.candidate()),
                told.port(),
                target.address().getPort());
        return switch (verdict) {
            case Verdict.Allowed allowed -> {
                told.audited(allowed.audited());
                yield Optional.empty();
            }
            case Verdict.Denied denied -> Optional.of(denied);
        };
    }

    private void refuseUnlinked() {
        refuse(Refused.Code.CODE_NOT_LINKED, "no longer linked", new StreamOutcome.NotLinked(lane.peer()));
    }

    private void refuseWithoutEndpoint() {
        var outcome = new StreamOutcome.NoEndpoint(told.service(), told.port());
        refuse(Refused.Code.CODE_NO_ENDPOINT, outcome.explanation(), outcome);
    }

    private void refuse(Refused.Code code, String message, StreamOutcome outcome) {
        discard();
        lane.refuse(code, message);
        finish(outcome);
    }

    private void finish(StreamOutcome outcome) {
        decided();
        if (relaying == null) {
            world.streams().remove(this);
            told.ended(outcome, 0, 0);
        } else {
            // Until the last byte is gone it is not over for the one who waits for the end.
            relaying.backend()
                    .channel()
                    .closeFuture()
                    .addListener(_ -> world.streams().remove(this));
            told.ended(outcome, relaying.relay().sentBytes(), relaying.relay().receivedBytes());
        }
    }

    private static StreamOutcome endedByCaller(ResetCode code) {
        return switch (code) {
            case POLICY_CHANGED ->
                new StreamOutcome.PolicyChanged(Direction.EGRESS, "the caller's gateway has ended the stream");
            case DRAINING -> new StreamOutcome.Draining();
            case CONNECTION_RESET, CANCELLED, UNKNOWN -> new StreamOutcome.ClientReset();
        };
    }

    private static String printable(String text) {
        var cut = text.length() > 64 ? text.substring(0, 64) : text;
        return cut.replaceAll("[^a-zA-Z0-9.-]", "?");
    }
}
