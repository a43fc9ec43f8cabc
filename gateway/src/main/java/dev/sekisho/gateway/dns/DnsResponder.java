package dev.sekisho.gateway.dns;

import dev.sekisho.gateway.dns.DnsAnswer.Data;
import dev.sekisho.gateway.routes.RouteTable;
import dev.sekisho.names.DnsLengths;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One message in, one message out, over UDP and TCP alike. Shared by all channels; keeps no state.
@Sharable
final class DnsResponder extends SimpleChannelInboundHandler<DnsQuery> {
    private static final Logger LOG = LoggerFactory.getLogger(DnsResponder.class);
    private static final int PLAIN_UDP_BYTES = 512;
    private static final Set<DnsRecordType> TOLD_BY_NAME = Set.of(
            DnsRecordType.A,
            DnsRecordType.AAAA,
            DnsRecordType.SRV,
            DnsRecordType.TXT,
            DnsRecordType.SOA,
            DnsRecordType.PTR,
            DnsRecordType.ANY);

    private final DnsAnswers answers;
    private final Supplier<Optional<RouteTable>> routes;
    private final DnsWatcher watcher;
    private final RandomGenerator chance;

    /// @param chance for the order of records; asked on any event loop, so several threads may
    DnsResponder(
            DnsAnswers answers, Supplier<Optional<RouteTable>> routes, DnsWatcher watcher, RandomGenerator chance) {
        this.answers = answers;
        this.routes = routes;
        this.watcher = watcher;
        this.chance = chance;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DnsQuery query) {
        var response = query instanceof DatagramDnsQuery datagram
                ? new DatagramDnsResponse(
                        /* sender= */ datagram.recipient(), /* recipient= */ datagram.sender(), query.id())
                : new DefaultDnsResponse(query.id());
        response.setOpCode(query.opCode());
        response.setRecursionDesired(query.isRecursionDesired());
        var options = options(query);
        if (options.size() > 1) {
            refuse(response, "other", DnsResponseCode.FORMERR);
        } else if (options.stream().anyMatch(option -> version(option) != 0)) {
            response.addRecord(DnsSection.ADDITIONAL, DnsRecords.badVersion());
            watcher.answered("other", "BADVERS");
        } else {
            var limit = query instanceof DatagramDnsQuery ? udpLimit(options) : DnsLengths.MAX_BYTES;
            fill(response, query, !options.isEmpty(), limit);
        }
        var _ = context.writeAndFlush(response);
    }

    private void fill(DnsResponse response, DnsQuery query, boolean withOptions, int limitBytes) {
        if (!query.opCode().equals(DnsOpCode.QUERY)) {
            refuse(response, "other", DnsResponseCode.NOTIMP);
            return;
        }
        if (query.count(DnsSection.QUESTION) != 1) {
            refuse(response, "other", DnsResponseCode.FORMERR);
            return;
        }
        DnsQuestion question = query.recordAt(DnsSection.QUESTION);
        response.addRecord(DnsSection.QUESTION, question);
        var answer = answer(question);
        response.setCode(answer.code());
        response.setAuthoritativeAnswer(
                answer.code().equals(DnsResponseCode.NOERROR) || answer.code().equals(DnsResponseCode.NXDOMAIN));
        addAsMuchAsFits(response, question, shuffled(answer.data()), withOptions, limitBytes);
        watcher.answered(label(question.type()), name(answer.code()));
    }

    private DnsAnswer answer(DnsQuestion question) {
        var name = question.name().endsWith(".")
                ? question.name().substring(0, question.name().length() - 1)
                : question.name();
        var classOk = question.dnsClass() == DnsRecord.CLASS_IN || question.dnsClass() == DnsRecord.CLASS_ANY;
        if (!classOk || !answers.covers(name)) {
            return DnsAnswer.failed(DnsResponseCode.REFUSED);
        }
        return routes.get()
                .map(table -> answers.answer(table, name, question.type()))
                // "I do not know yet" is no "it does not exist": the asker is to try again or elsewhere.
                .orElseGet(() -> DnsAnswer.failed(DnsResponseCode.SERVFAIL));
    }

    /// So that clients that take the first do not all take the same one.
    private List<Data> shuffled(List<Data> data) {
        var inAnyOrder = new ArrayList<>(data);
        Collections.shuffle(inAnyOrder, chance);
        return inAnyOrder;
    }

    /// Over TCP, what does not fit is left out and not called truncated: who asked could do no more about it. Another
    /// part is left out the next time.
    private void addAsMuchAsFits(
            DnsResponse response, DnsQuestion question, List<Data> answer, boolean withOptions, int limitBytes) {
        var length = DnsLengths.ofQuestion(question.name());
        if (withOptions) {
            length += DnsLengths.OPTIONS_BYTES;
            response.addRecord(DnsSection.ADDITIONAL, DnsRecords.options());
        }
        if (answer.isEmpty() && response.isAuthoritativeAnswer()) {
            response.addRecord(DnsSection.AUTHORITY, DnsRecords.authority(answers.zone(), answers.zone()));
        }
        for (var data : answer) {
            var record = DnsRecords.record(question.name(), answers.zone(), data);
            length += DnsRecords.lengthOf(record);
            if (length > limitBytes) {
                response.setTruncated(limitBytes < DnsLengths.MAX_BYTES);
                record.release();
                return;
            }
            response.addRecord(DnsSection.ANSWER, record);
        }
    }

    private void refuse(DnsResponse response, String type, DnsResponseCode code) {
        response.setCode(code);
        watcher.answered(type, name(code));
    }

    /// `NOERROR`, without the number that Netty prints behind it.
    private static String name(DnsResponseCode code) {
        var text = code.toString();
        return text.substring(0, text.indexOf('(')).toUpperCase(Locale.ROOT);
    }

    private static String label(DnsRecordType type) {
        return TOLD_BY_NAME.contains(type) ? type.name() : "other";
    }

    private static List<DnsRecord> options(DnsQuery query) {
        var found = new ArrayList<DnsRecord>();
        for (var i = 0; i < query.count(DnsSection.ADDITIONAL); i++) {
            DnsRecord record = query.recordAt(DnsSection.ADDITIONAL, i);
            if (record.type().equals(DnsRecordType.OPT)) {
                found.add(record);
            }
        }
        return found;
    }

    /// The second octet of what is the time to live in other records (RFC 6891, section 6.1.3).
    private static int version(DnsRecord options) {
        return (int) (options.timeToLive() >> 16) & 0xff;
    }

    /// The class field of OPT is what the asker can take (RFC 6891, section 6.1.2).
    private static int udpLimit(List<DnsRecord> options) {
        return options.isEmpty()
                ? PLAIN_UDP_BYTES
                : Math.clamp(options.getFirst().dnsClass(), PLAIN_UDP_BYTES, DnsRecords.UDP_PAYLOAD_BYTES);
    }

    /// Who asks on and does not take the answers is not read from meanwhile: they are up to 64 KiB each.
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!(context.channel() instanceof DatagramChannel)) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            var _ = context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    /// What is no DNS query gets no answer; over TCP the connection ends, too.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        watcher.answered("other", "malformed");
        LOG.atDebug().setCause(cause).log("Not a DNS query");
        if (!(context.channel() instanceof DatagramChannel)) {
            var _ = context.close();
        }
    }
}
