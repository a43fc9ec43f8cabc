package dev.sekisho.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/// Receive buffers with room before the first byte, so that a frame header can be put there without copying. Their size
/// is what another allocator guesses.
final class HeadRoomAllocator implements RecvByteBufAllocator {
    private final RecvByteBufAllocator sizes;
    private final int headRoom;

    /// @param headRoom bytes
    HeadRoomAllocator(RecvByteBufAllocator sizes, int headRoom) {
        this.sizes = sizes;
        this.headRoom = headRoom;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface still returns the old handle type
    public Handle newHandle() {
        return new HeadRoomHandle((ExtendedHandle) sizes.newHandle(), headRoom);
    }

    @SuppressWarnings("deprecation")
    private record HeadRoomHandle(ExtendedHandle sizes, int headRoom) implements ExtendedHandle {
        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.ioBuffer(headRoom + sizes.guess()).setIndex(headRoom, headRoom);
        }

        @Override
        public int guess() {
            return sizes.guess();
        }

        @Override
        public void reset(ChannelConfig config) {
            sizes.reset(config);
        }

        @Override
        public void incMessagesRead(int count) {
            sizes.incMessagesRead(count);
        }

        @Override
        public void lastBytesRead(int bytes) {
            sizes.lastBytesRead(bytes);
        }

        @Override
        public int lastBytesRead() {
            return sizes.lastBytesRead();
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            sizes.attemptedBytesRead(bytes);
        }

        @Override
        public int attemptedBytesRead() {
            return sizes.attemptedBytesRead();
        }

        @Override
        public boolean continueReading() {
            return sizes.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return sizes.continueReading(maybeMoreData);
        }

        @Override
        public void readComplete() {
            sizes.readComplete();
        }
    }
}
