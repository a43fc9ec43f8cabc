package dev.sekisho.controlplane.clusterset.placement;

import dev.sekisho.controlplane.clusterset.Addresses;
import dev.sekisho.controlplane.clusterset.MergedService;
import dev.sekisho.names.DnsLengths;
import dev.sekisho.names.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether what DNS has to say of a headless service fits into one answer, of 65,535 bytes at most.
final class HeadlessAnswers {
    /// That of KEP-1645; the names of endpoints get as long as it lets them.
    private static final String ZONE = "clusterset.local";

    private HeadlessAnswers() {}

    /// Which answers are only part of the truth, as the end of a sentence; empty when all are whole.
    static Optional<String> shortened(MergedService service) {
        var own = service.name().name() + "." + service.name().namespace() + ".svc." + ZONE;
        var room = DnsLengths.MAX_BYTES - DnsLengths.ofQuestion(own) - DnsLengths.OPTIONS_BYTES;
        var shortened = new ArrayList<String>();
        for (var family : List.of(Addresses.IPV4, Addresses.IPV6)) {
            var addresses = addresses(service, family);
            var each = DnsLengths.RECORD_BYTES + (family.equals(Addresses.IPV4) ? 4 : 16);
            if (addresses * each > room) {
                shortened.add(room / each + " of its " + addresses + " " + family + " addresses");
            }
        }
        var servers = servers(service, own);
        if (servers.bytes() > room) {
            shortened.add("about " + room / (servers.bytes() / servers.count()) + " of its " + servers.count()
                    + " SRV records");
        }
        return shortened.isEmpty()
                ? Optional.empty()
                : Optional.of("no more than " + String.join(", ", shortened)
                        + " fit into one DNS answer: each answer has others. Ask for endpoints by their own names.");
    }

    private static long addresses(MergedService service, String family) {
        return service.sources().stream()
                .flatMap(source -> source.hostnames().stream())
                .flatMap(hostname -> hostname.addresses().stream())
                .filter(address -> Addresses.family(address).equals(family))
                .count();
    }

    private record Servers(long count, long bytes) {}

    /// All that are said of the service's own name: one for each endpoint name and port number.
    private static Servers servers(MergedService service, String own) {
        var ports = service.ports().stream().map(ServicePort::number).distinct().count();
        var targets = 0L;
        var bytes = 0L;
        for (var source : service.sources()) {
            var above = DnsLengths.ofName(source.cluster() + "." + own);
            for (var endpoint : source.hostnames()) {
                targets++;
                bytes += DnsLengths.RECORD_BYTES
                        + DnsLengths.SERVER_BYTES
                        + endpoint.hostname().length()
                        + 1
                        + above;
            }
        }
        return new Servers(targets * ports, bytes * ports);
    }
}
