package dev.sekisho.gateway.dns;

import dev.sekisho.gateway.dns.DnsAnswer.Data;
import dev.sekisho.names.DnsLengths;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import java.nio.charset.StandardCharsets;

/// The wire form of answers (RFC 1035, sections 3.2 and 4.1.3).
final class DnsRecords {
    /// What we say we can take over UDP, and the most we send: fits every path without fragments (DNS flag day 2020).
    static final int UDP_PAYLOAD_BYTES = 1232;

    private static final int TTL_SECONDS = 5;
    private static final int VERSION_TTL_SECONDS = 28_800;

    private DnsRecords() {}

    /// @param owner the name asked for, as it was asked
    static DnsRawRecord record(String owner, String zone, Data data) {
        return switch (data) {
            case Data.Address(var address) ->
                raw(owner, DnsAnswers.typeOf(address), TTL_SECONDS, Unpooled.wrappedBuffer(address.getAddress()));
            case Data.Service(int port, String target) -> {
                var content = Unpooled.buffer();
                content.writeShort(0); // priority
                content.writeShort(0); // weight
                content.writeShort(port);
                CompressedNames.writeName(content, target); // never compressed (RFC 2782)
                yield raw(owner, DnsRecordType.SRV, TTL_SECONDS, content);
            }
            case Data.Text(String text) -> {
                var bytes = text.getBytes(StandardCharsets.US_ASCII);
                var content = Unpooled.buffer().writeByte(bytes.length).writeBytes(bytes);
                yield raw(owner, DnsRecordType.TXT, VERSION_TTL_SECONDS, content);
            }
            case Data.Authority _ -> authority(owner, zone);
        };
    }

    /// SOA; its last field is how long a "no" may be remembered (RFC 2308, section 4).
    static DnsRawRecord authority(String owner, String zone) {
        var content = Unpooled.buffer();
        CompressedNames.writeName(content, "ns.dns." + zone);
        CompressedNames.writeName(content, "hostmaster." + zone);
        content.writeInt(1); // serial: the zone has no secondaries that would compare it
        content.writeInt(7200); // refresh
        content.writeInt(1800); // retry
        content.writeInt(86_400); // expire
        content.writeInt(TTL_SECONDS);
        return raw(owner, DnsRecordType.SOA, TTL_SECONDS, content);
    }

    /// EDNS(0) without options (RFC 6891, section 6.1.2).
    static DnsRawRecord options() {
        return new DefaultDnsRawRecord(".", DnsRecordType.OPT, UDP_PAYLOAD_BYTES, 0, Unpooled.EMPTY_BUFFER);
    }

    /// Says that of EDNS we speak version 0 only: the upper octet of the response code stands in OPT (RFC 6891, 6.1.3).
    static DnsRawRecord badVersion() {
        return new DefaultDnsRawRecord(".", DnsRecordType.OPT, UDP_PAYLOAD_BYTES, 1 << 24, Unpooled.EMPTY_BUFFER);
    }

    /// The octets that `record` takes in a message, its name written as a pointer.
    static int lengthOf(DnsRawRecord record) {
        return DnsLengths.RECORD_BYTES + record.content().readableBytes();
    }

    private static DnsRawRecord raw(String owner, DnsRecordType type, int ttl, ByteBuf content) {
        return new DefaultDnsRawRecord(owner, type, DnsRecord.CLASS_IN, ttl, content);
    }
}
