package dev.sekisho.gateway.dns;

import com.google.common.base.Splitter;
import dev.sekisho.gateway.dns.DnsAnswer.Data;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.gateway.routes.RouteTable.Hostname;
import dev.sekisho.gateway.routes.RouteTable.Import;
import dev.sekisho.names.DnsNames;
import dev.sekisho.names.ServiceName;
import dev.sekisho.names.ServicePort;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What is true of the names of one zone, by the route table alone. Any thread.
///
/// Names follow KEP-1645's DNS specification: `<service>.<ns>.svc.<zone>`, `_<port>._<protocol>.` before it for SRV,
/// and `<hostname>.<cluster>.` before it for the endpoints of headless services. A name that
/// something is below exists, if only without data: no "no such name" may be said of it (RFC 8020).
final class DnsAnswers {
    private static final String SPECIFICATION_VERSION = "1.1.0";
    private static final Splitter LABELS = Splitter.on('.');
    private static final DnsAnswer NO_SUCH_NAME = DnsAnswer.failed(DnsResponseCode.NXDOMAIN);

    private final String zone;

    /// @param zone such as `clusterset.local`, lower case
    DnsAnswers(String zone) {
        this.zone = zone;
    }

    String zone() {
        return zone;
    }

    /// Whether `name` is the zone's name or below it.
    ///
    /// @param name without the trailing dot, any case
    boolean covers(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.equals(zone) || lower.endsWith("." + zone);
    }

    /// @param name covered by the zone, without the trailing dot, any case
    DnsAnswer answer(RouteTable table, String name, DnsRecordType type) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals(zone)) {
            return only(type, DnsRecordType.SOA, new Data.Authority());
        }
        var labels = LABELS.splitToList(lower.substring(0, lower.length() - zone.length() - 1));
        if (labels.equals(List.of("dns-version"))) {
            return only(type, DnsRecordType.TXT, new Data.Text(SPECIFICATION_VERSION));
        }
        if (!labels.getLast().equals("svc")) {
            return NO_SUCH_NAME;
        }
        return switch (labels.size()) {
            case 1 -> DnsAnswer.of(List.of());
            case 2 -> namespace(table, labels.getFirst());
            case 3 -> imported(table, labels, 0, service -> service(service, type));
            case 4 -> imported(table, labels, 1, service -> between(service, labels.getFirst()));
            case 5 ->
                labels.get(0).startsWith("_")
                        ? imported(table, labels, 2, service -> port(service, labels.get(0), labels.get(1), type))
                        : imported(table, labels, 2, service -> endpoint(service, labels.get(0), labels.get(1), type));
            default -> NO_SUCH_NAME;
        };
    }

    private static DnsAnswer only(DnsRecordType asked, DnsRecordType held, Data data) {
        return DnsAnswer.of(asked.equals(held) || asked.equals(DnsRecordType.ANY) ? List.of(data) : List.of());
    }

    /// A namespace with imports exists, without data of its own (RFC 8020).
    private static DnsAnswer namespace(RouteTable table, String namespace) {
        return table.imports().keySet().stream()
                        .anyMatch(name -> name.namespace().equals(namespace))
                ? DnsAnswer.of(List.of())
                : NO_SUCH_NAME;
    }

    private interface Answering {
        DnsAnswer of(Import service);
    }

    private static DnsAnswer imported(RouteTable table, List<String> labels, int index, Answering answering) {
        var name = labels.get(index);
        var namespace = labels.get(index + 1);
        if (!DnsNames.isLabel(name) || !DnsNames.isLabel(namespace)) {
            return NO_SUCH_NAME;
        }
        var service = table.imports().get(new ServiceName(namespace, name));
        return service == null ? NO_SUCH_NAME : answering.of(service);
    }

    /// `_tcp.<service>…` and `<cluster>.<service>…` exist, without data, where a name below them does (RFC 8020).
    private static DnsAnswer between(Import service, String label) {
        var exists = isEmpty(service)
                ? false
                : service.ports().stream().anyMatch(port -> !port.name().isEmpty() && label.equals(protocolLabel(port)))
                        || service.hostnames().stream()
                                .anyMatch(endpoint -> endpoint.cluster().value().equals(label));
        return exists ? DnsAnswer.of(List.of()) : NO_SUCH_NAME;
    }

    /// A headless service does not exist while it has no ready endpoint, as the DNS specification has it.
    private static boolean isEmpty(Import service) {
        return service.headless() && service.hostnames().isEmpty();
    }

    private DnsAnswer service(Import service, DnsRecordType type) {
        if (isEmpty(service)) {
            return NO_SUCH_NAME;
        }
        var addresses = service.headless()
                ? service.hostnames().stream().flatMap(endpoint -> endpoint.addresses().stream())
                : service.ips().stream();
        return DnsAnswer.of(Stream.concat(ofType(addresses, type), servers(service, _ -> true, type))
                .distinct()
                .toList());
    }

    private DnsAnswer port(Import service, String portLabel, String protocolLabel, DnsRecordType type) {
        Predicate<ServicePort> asked = port -> !port.name().isEmpty()
                && portLabel.equals("_" + port.name().toLowerCase(Locale.ROOT))
                && protocolLabel.equals(protocolLabel(port));
        if (service.ports().stream().noneMatch(asked)) {
            return NO_SUCH_NAME;
        }
        if (isEmpty(service)) {
            return NO_SUCH_NAME;
        }
        return DnsAnswer.of(servers(service, asked, type).distinct().toList());
    }

    private static String protocolLabel(ServicePort port) {
        return "_" + port.transport().name().toLowerCase(Locale.ROOT);
    }

    private static DnsAnswer endpoint(Import service, String hostname, String cluster, DnsRecordType type) {
        var addresses = new ArrayList<InetAddress>();
        for (var endpoint : service.hostnames()) {
            if (endpoint.hostname().toLowerCase(Locale.ROOT).equals(hostname)
                    && endpoint.cluster().value().equals(cluster)) {
                addresses.addAll(endpoint.addresses());
            }
        }
        return addresses.isEmpty()
                ? NO_SUCH_NAME
                : DnsAnswer.of(ofType(addresses.stream(), type).distinct().toList());
    }

    private static Stream<Data> ofType(Stream<InetAddress> addresses, DnsRecordType type) {
        return addresses
                .filter(address -> type.equals(DnsRecordType.ANY) || type.equals(typeOf(address)))
                .map(Data.Address::new);
    }

    static DnsRecordType typeOf(InetAddress address) {
        return address instanceof Inet4Address ? DnsRecordType.A : DnsRecordType.AAAA;
    }

    /// One server per endpoint name and port number, whatever the protocols.
    private Stream<Data> servers(Import service, Predicate<ServicePort> asked, DnsRecordType type) {
        if (!type.equals(DnsRecordType.SRV) && !type.equals(DnsRecordType.ANY)) {
            return Stream.empty();
        }
        var own = service.name().name() + "." + service.name().namespace() + ".svc." + zone;
        var targets = service.headless()
                ? service.hostnames().stream()
                        .map(endpoint -> nameOf(endpoint) + "." + own)
                        .toList()
                : List.of(own);
        return service.ports().stream()
                .filter(asked)
                .flatMap(port -> targets.stream().map(target -> new Data.Service(port.number(), target)));
    }

    private static String nameOf(Hostname endpoint) {
        return endpoint.hostname() + "." + endpoint.cluster();
    }
}
