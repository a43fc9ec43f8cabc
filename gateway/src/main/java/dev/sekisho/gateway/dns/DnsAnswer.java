package dev.sekisho.gateway.dns;

import io.netty.handler.codec.dns.DnsResponseCode;
import java.net.InetAddress;
import java.util.List;

/// What is to be said to a question.
///
/// @param code `NOERROR` without data means that the name exists, but not with that type (RFC 2308, section 2.2)
/// @param data in no particular order; empty unless the code is `NOERROR`
record DnsAnswer(DnsResponseCode code, List<Data> data) {
    DnsAnswer {
        data = List.copyOf(data);
    }

    static DnsAnswer of(List<? extends Data> data) {
        return new DnsAnswer(DnsResponseCode.NOERROR, List.copyOf(data));
    }

    static DnsAnswer failed(DnsResponseCode code) {
        return new DnsAnswer(code, List.of());
    }

    /// The content of one resource record that belongs to the name asked for.
    sealed interface Data {
        /// A or AAAA, by the family of the address.
        record Address(InetAddress address) implements Data {}

        /// SRV (RFC 2782).
        ///
        /// @param target a name of the zone, without the trailing dot
        record Service(int port, String target) implements Data {}

        record Text(String text) implements Data {}

        /// SOA of the zone (RFC 1035, section 3.3.13).
        record Authority() implements Data {}
    }
}
