package dev.sekisho.controlplane.peers.records;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sekisho.sync.v1.Part;
import dev.sekisho.sync.v1.SyncMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Messages that are larger than one of gRPC may be: cut into parts, and put together again. Confined to the links'
/// event loop.
public final class Parts {
    /// A message of which nothing is left out but the largest record.
    private static final int BESIDES_THE_RECORD = 64 * 1024;

    private static final int PART_BYTES = Bounds.MESSAGE_BYTES - 1024;

    private final int mostBytes;
    private ByteString soFar = ByteString.EMPTY;

    public Parts(Bounds bounds) {
        this.mostBytes = bounds.recordBytes() + bounds.batchBytes() + BESIDES_THE_RECORD;
    }

    /// The message itself when it is small enough.
    public static List<SyncMessage> of(SyncMessage message) {
        if (message.getSerializedSize() <= PART_BYTES) {
            return List.of(message);
        }
        var bytes = message.toByteString();
        var parts = new ArrayList<SyncMessage>();
        for (var from = 0; from < bytes.size(); from += PART_BYTES) {
            var to = Math.min(bytes.size(), from + PART_BYTES);
            parts.add(SyncMessage.newBuilder()
                    .setPart(Part.newBuilder()
                            .setPiece(bytes.substring(from, to))
                            .setLast(to == bytes.size()))
                    .build());
        }
        return parts;
    }

    /// @return the whole message with its last part
    /// @throws InvalidProtocolBufferException when it is too large or is none
    public Optional<SyncMessage> add(Part part) throws InvalidProtocolBufferException {
        if (part.getPiece().isEmpty() || soFar.size() + part.getPiece().size() > mostBytes) {
            throw new InvalidProtocolBufferException("a message is 1 to " + mostBytes + " bytes");
        }
        soFar = soFar.concat(part.getPiece());
        if (!part.getLast()) {
            return Optional.empty();
        }
        var whole = SyncMessage.parseFrom(soFar);
        soFar = ByteString.EMPTY;
        return Optional.of(whole);
    }

    public boolean isUnderWay() {
        return !soFar.isEmpty();
    }
}
