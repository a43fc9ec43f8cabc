package dev.sekisho.gateway.dns;

import com.google.common.base.Splitter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordEncoder;

/// Writes owner names as a pointer into the question (RFC 1035, section 4.1.4): every owner in our answers is the name
/// asked for, a name above it, or the root. Netty's own encoder writes each name out.
///
/// Confined to the event loop of its channel, which writes one message after the other: it remembers the question of
/// the message that is being written.
final class CompressedNames implements DnsRecordEncoder {
    /// The question's name begins right behind the header.
    private static final int QUESTION_OFFSET = 12;

    private static final int POINTER = 0xc000;

    private static final Splitter LABELS = Splitter.on('.').omitEmptyStrings();

    private String question = "";
    private int questionEnd;

    @Override
    public void encodeQuestion(DnsQuestion asked, ByteBuf out) {
        question = withDot(asked.name());
        var start = out.writerIndex();
        writeName(out, question);
        questionEnd = QUESTION_OFFSET + out.writerIndex() - start;
        out.writeShort(asked.type().intValue());
        out.writeShort(asked.dnsClass());
    }

    @Override
    public void encodeRecord(DnsRecord record, ByteBuf out) {
        var content = ((DnsRawRecord) record).content();
        writeOwner(out, withDot(record.name()));
        out.writeShort(record.type().intValue());
        out.writeShort(record.dnsClass());
        out.writeInt((int) record.timeToLive());
        out.writeShort(content.readableBytes());
        out.writeBytes(content, content.readerIndex(), content.readableBytes());
    }

    /// Each label takes one octet more than its characters, as it does in text with its dot, and the root one more.
    private void writeOwner(ByteBuf out, String owner) {
        var from = question.length() - owner.length();
        var above = from == 0 || (from > 0 && question.charAt(from - 1) == '.');
        if (above && owner.length() > 1 && question.regionMatches(true, from, owner, 0, owner.length())) {
            out.writeShort(POINTER | (questionEnd - owner.length() - 1));
        } else {
            writeName(out, owner);
        }
    }

    /// @param name with or without a trailing dot
    static void writeName(ByteBuf out, String name) {
        for (var label : LABELS.split(name)) {
            out.writeByte(label.length());
            ByteBufUtil.writeAscii(out, label);
        }
        out.writeByte(0);
    }

    private static String withDot(String name) {
        return name.endsWith(".") ? name : name + ".";
    }
}
