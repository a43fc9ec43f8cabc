package dev.sekisho.gateway.streams;

import dev.sekisho.gateway.balancing.OpenStreams;
import dev.sekisho.gateway.relay.SocketEnd;
import dev.sekisho.gateway.relay.Sockets;
import dev.sekisho.gateway.routes.ListenerProblem;
import dev.sekisho.gateway.routes.LiveRoutes;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.tunnel.Lanes;
import dev.sekisho.names.PortKey;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Where pods of this cluster call imported services: one listener per address and port of the route table, opened and
/// closed as the table changes. UDP flows end with their listener; connections go on without it. An address that cannot
/// be had is told and tried again; the others go on. Any thread.
public final class ImportListeners {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final LiveRoutes routes;
    private final Sockets sockets;
    private final ImportWorld world;
    private final Consumer<List<ListenerProblem>> problems;
    /// Where listeners are opened and closed; what follows is confined to it.
    private final EventLoop loop;

    private final Map<Wanted, Channel> open = new HashMap<>();
    private final Map<Wanted, String> failed = new HashMap<>();
    private Set<Wanted> wanted = Set.of();
    private boolean working;
    private boolean again;
    private boolean draining;
    private volatile List<Listening> listening = List.of();
    private volatile boolean opened;

    /// A listener of the route table, and what it is for.
    private record Wanted(InetAddress address, int listenPort, ServiceName service, PortKey port) {
        boolean isUdp() {
            return port.transport() == Transport.UDP;
        }

        @Override
        public String toString() {
            return NetUtil.toSocketAddressString(new InetSocketAddress(address, listenPort)) + " for " + service
                    + " port " + port;
        }
    }

    /// A listener that is open.
    ///
    /// @param address as bound, which tells the port when any was asked for
    public record Listening(ServiceName service, PortKey port, InetSocketAddress address) {}

    /// @param problems told, after each change of the table and whenever it changes otherwise, which listeners could
    /// not be opened; empty when all are. On an event loop.
    public ImportListeners(
            Vertx vertx,
            Sockets sockets,
            LiveRoutes routes,
            Lanes lanes,
            BackendConnector backends,
            StreamSettings settings,
            StreamWatcher watcher,
            Consumer<List<ListenerProblem>> problems) {
        this.routes = routes;
        this.problems = problems;
        this.sockets = sockets;
        loop = sockets.loops().next();
        world = new ImportWorld(
                routes,
                lanes,
                backends,
                new LiveStreams(vertx, settings),
                settings,
                watcher,
                new OpenStreams<>(),
                new AtomicInteger(),
                new AtomicInteger());
    }

    /// Opens what the table in force wants, and follows it from now on.
    public Future<Void> start() {
        world.streams().follow(routes);
        routes.onReplace(table -> loop.execute(() -> want(listenersOf(table))));
        routes.current().ifPresent(table -> loop.execute(() -> want(listenersOf(table))));
        return Future.succeededFuture();
    }

    /// The listeners that are open.
    public List<Listening> listening() {
        return listening;
    }

    /// Whether the listeners of a route table have been opened, as far as they could be; true from the first one on.
    public boolean areOpen() {
        return opened;
    }

    /// Streams that are open now.
    public int openStreams() {
        return world.streams().size();
    }

    /// Some of them, at most `most`.
    public List<StreamSoFar> openStreams(int most) {
        return world.streams().some(most);
    }

    /// Closes the listeners and waits for the streams that are open, at most `atMost`; then they are broken off. UDP
    /// sockets stay open until [#stop], for answers, and take no new flows.
    public Future<Void> drain(Duration atMost) {
        loop.execute(() -> {
            draining = true;
            wanted = wanted.stream().filter(Wanted::isUdp).collect(Collectors.toSet());
            settle();
        });
        return world.streams().drain(atMost);
    }

    /// Closes listeners and breaks every stream off now.
    public Future<Void> stop() {
        Promise<Void> closed = Promise.promise();
        loop.execute(() -> {
            draining = true;
            wanted = Set.of();
            var channels = open.values().stream().map(ImportListeners::close).toList();
            open.clear();
            Future.all(channels).onComplete(_ -> closed.complete());
        });
        world.streams().breakOff();
        return closed.future();
    }

    private static Set<Wanted> listenersOf(RouteTable table) {
        var all = new HashSet<Wanted>();
        for (var service : table.imports().values()) {
            for (var listener : service.listeners()) {
                if (listener.port().transport() != Transport.SCTP) {
                    all.add(new Wanted(listener.address(), listener.listenPort(), service.name(), listener.port()));
                }
            }
        }
        return all;
    }

    private void want(Set<Wanted> now) {
        if (!draining) {
            wanted = now;
            settle();
        }
    }

    /// Closes what is no longer wanted, then opens what is missing: an address may pass from one service to another.
    private void settle() {
        if (working) {
            again = true;
            return;
        }
        working = true;
        var leaving = open.entrySet().stream()
                .filter(entry -> !wanted.contains(entry.getKey()))
                .map(entry -> close(entry.getValue()))
                .toList();
        open.keySet().retainAll(wanted);
        Future.all(leaving).onComplete(_ -> loop.execute(this::openMissing));
    }

    private void openMissing() {
        failed.clear();
        var missing =
                wanted.stream().filter(listener -> !open.containsKey(listener)).toList();
        Future.all(missing.stream().map(this::open).toList()).onComplete(_ -> loop.execute(this::settled));
    }

    private void settled() {
        working = false;
        listening = open.entrySet().stream()
                .map(entry ->
                        new Listening(entry.getKey().service(), entry.getKey().port(), (InetSocketAddress)
                                entry.getValue().localAddress()))
                .toList();
        if (again) {
            again = false;
            settle();
            return;
        }
        opened = true;
        problems.accept(failed.entrySet().stream()
                .map(entry -> new ListenerProblem(
                        entry.getKey().service(), "cannot listen on " + entry.getKey() + ": " + entry.getValue()))
                .sorted(Comparator.comparing(ListenerProblem::problem))
                .toList());
        if (!failed.isEmpty()) {
            var _ = loop.schedule(this::settle, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /// Completes either way; how it went stands in `open` or `failed`.
    private Future<Void> open(Wanted listener) {
        Promise<Void> done = Promise.promise();
        bind(listener, new InetSocketAddress(listener.address(), listener.listenPort()))
                .addListener((ChannelFuture bound) -> loop.execute(() -> {
                    if (bound.isSuccess() && draining) {
                        var _ = bound.channel().close();
                    } else if (bound.isSuccess()) {
                        open.put(listener, bound.channel());
                    } else {
                        failed.put(listener, String.valueOf(bound.cause().getMessage()));
                    }
                    done.complete();
                }));
        return done.future();
    }

    private ChannelFuture bind(Wanted listener, InetSocketAddress address) {
        return listener.isUdp()
                ? sockets.datagramServer(new FlowListener(world, listener.service(), listener.port()))
                        .bind(address)
                : sockets.plainServer(new Arrivals(listener)).bind(address);
    }

    private static Future<Void> close(Channel channel) {
        Promise<Void> closed = Promise.promise();
        channel.close().addListener(_ -> closed.complete());
        return closed.future();
    }

    /// Begins a stream for each connection, on the connection's loop.
    @Sharable
    private final class Arrivals extends ChannelInboundHandlerAdapter {
        private final Wanted listener;

        private Arrivals(Wanted listener) {
            this.listener = listener;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            var end = new SocketEnd((DuplexChannel) context.channel());
            var from = (InetSocketAddress) context.channel().remoteAddress();
            context.pipeline().replace(this, "client", end);
            new ImportStream(
                            world,
                            new TcpClient(end, world.settings()),
                            world.record(listener.service(), listener.port(), from))
                    .begin(routes.current().orElseThrow(), from);
        }
    }
}
