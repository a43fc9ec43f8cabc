package dev.sekisho.lookup;

import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The IPv6 addresses of a name, for whoever has found nobody at its IPv4 address: Vert.x looks up one family, and the
/// other one only where a name has none of the first. Asks the DNS servers that Vert.x asks. Any thread.
public final class Ipv6Addresses {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int DNS_PORT = 53;
    /// Of one name.
    private static final int MOST = 4;

    private final AddressResolverGroup<InetSocketAddress> names;

    public Ipv6Addresses(Vertx vertx) {
        var internal = (VertxInternal) vertx;
        var servers = Optional.ofNullable(internal.nameResolver().options().getServers())
                .filter(all -> !all.isEmpty())
                .map(Ipv6Addresses::askingInTurn)
                .orElseGet(DnsServerAddressStreamProviders::platformDefault);
        names = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelFactory(internal.transport().datagramChannelFactory())
                .resolvedAddressTypes(ResolvedAddressTypes.IPV6_ONLY)
                .nameServerProvider(servers)
                .queryTimeoutMillis(PATIENCE.toMillis()));
    }

    private static DnsServerAddressStreamProvider askingInTurn(List<String> servers) {
        return new SequentialDnsServerAddressStreamProvider(servers.stream()
                .map(server -> URI.create("dns://" + server))
                .map(server ->
                        new InetSocketAddress(server.getHost(), server.getPort() < 0 ? DNS_PORT : server.getPort()))
                .toList());
    }

    /// @param found called on `loop`, later; with none where the name has none or nobody answers
    public void lookUp(EventLoop loop, String host, int port, Consumer<List<InetSocketAddress>> found) {
        names.getResolver(loop)
                .resolveAll(InetSocketAddress.createUnresolved(host, port))
                .addListener((Future<List<InetSocketAddress>> done) -> loop.execute(() -> found.accept(
                        done.isSuccess()
                                ? done.getNow().stream().distinct().limit(MOST).toList()
                                : List.of())));
    }
}
