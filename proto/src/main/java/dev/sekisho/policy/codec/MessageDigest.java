package dev.sekisho.policy.codec;

import com.google.common.hash.Hashing;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What a message holds, in short: it ends with this, so that whoever reads it sees whether all of it was understood.
public final class MessageDigest {
    private static final int CHARACTERS = 128 / 4;

    private MessageDigest() {}

    /// The first 32 hexadecimal digits of its SHA-256.
    ///
    /// @param message without its digest
    public static String of(MessageLite message) {
        var bytes = new byte[message.getSerializedSize()];
        var output = CodedOutputStream.newInstance(bytes);
        output.useDeterministicSerialization(); // map entries in key order
        try {
            message.writeTo(output);
            output.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return Hashing.sha256().hashBytes(bytes).toString().substring(0, CHARACTERS);
    }
}
