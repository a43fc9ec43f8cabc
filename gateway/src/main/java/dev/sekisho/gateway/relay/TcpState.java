package dev.sekisho.gateway.relay;

import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.unix.UnixChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What Linux knows of a TCP connection (`TCP_INFO`) and Java does not tell: whether the other side has what we wrote.
///
/// @param closed whether the connection is over in both directions, as after a reset
/// @param unacknowledged segments that were sent and not acknowledged
/// @param unsentBytes that wait until the other side has room
/// @param unanswered how often in a row the same was sent again, or room was asked for, without an answer
/// @param sinceAnswer how long ago the other side last acknowledged anything, were it that it has no room
record TcpState(boolean closed, long unacknowledged, long unsentBytes, int unanswered, Duration sinceAnswer) {
    /// Who does not answer one question may have lost it; who does not read answers that there is no room.
    private static final int TIMES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(TcpState.class);
    private static final Optional<Kernel> KERNEL = Kernel.find();

    /// Empty where the system or the way Java was started does not let us ask; called on the channel's event loop.
    static Optional<TcpState> of(Channel channel) {
        return channel.isOpen() ? KERNEL.flatMap(kernel -> kernel.ask(channel)) : Optional.empty();
    }

    /// Whether the other side has everything, or will not get more.
    boolean isSettled() {
        return closed || (unacknowledged == 0 && unsentBytes == 0);
    }

    /// Whether the other side has gone without a word. One that merely does not read has not.
    boolean isSilentFor(Duration time) {
        return !isSettled() && unanswered >= TIMES && sinceAnswer.compareTo(time) >= 0;
    }

    /// `getsockopt` of the C library, and the number that it knows a channel by.
    private record Kernel(MethodHandle getsockopt, MethodHandle descriptor) {
        private static final int IPPROTO_TCP = 6;
        private static final int TCP_INFO = 11;
        private static final int TCP_CLOSE = 7;

        /// Where the fields of `struct tcp_info` lie (linux/tcp.h); new ones are only ever added behind.
        private static final int STATE = 0;

        private static final int RETRANSMITS = 2;
        private static final int PROBES = 3;
        private static final int UNACKED = 24;
        private static final int LAST_ACK_RECEIVED = 56;
        private static final int NOT_SENT = 144;
        private static final int LENGTH = 148;

        @SuppressWarnings("restricted") // the program is started with leave to call C
        static Optional<Kernel> find() {
            try {
                var linker = Linker.nativeLinker();
                var getsockopt = linker.defaultLookup()
                        .find("getsockopt")
                        .map(function -> linker.downcallHandle(
                                function,
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS)));
                var descriptor = MethodHandles.lookup()
                        .findVirtual(
                                Class.forName("sun.nio.ch.SelChImpl"), "getFDVal", MethodType.methodType(int.class));
                return System.getProperty("os.name").equals("Linux")
                        ? getsockopt.map(function -> new Kernel(function, descriptor))
                        : Optional.empty();
            } catch (ReflectiveOperationException | IllegalCallerException | UnsupportedOperationException e) {
                LOG.atInfo()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("A peer that vanishes while data is under way will be noticed late, because Java was not"
                                + " started with --add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
                return Optional.empty();
            }
        }

        Optional<TcpState> ask(Channel channel) {
            try (var arena = Arena.ofConfined()) {
                var info = arena.allocate(LENGTH);
                var length = arena.allocateFrom(ValueLayout.JAVA_INT, LENGTH);
                var failed = (int) getsockopt.invokeExact(descriptorOf(channel), IPPROTO_TCP, TCP_INFO, info, length);
                return failed != 0 || length.get(ValueLayout.JAVA_INT, 0) < LENGTH
                        ? Optional.empty()
                        : Optional.of(read(info));
            } catch (Throwable e) {
                throw new IllegalStateException("the kernel cannot be asked about a connection", e);
            }
        }

        private int descriptorOf(Channel channel) throws Throwable {
            return channel instanceof UnixChannel unix
                    ? unix.fd().intValue()
                    : (int) descriptor.invoke(((NioUnsafe) channel.unsafe()).ch());
        }

        private static TcpState read(MemorySegment info) {
            return new TcpState(
                    info.get(ValueLayout.JAVA_BYTE, STATE) == TCP_CLOSE,
                    unsigned(info, UNACKED),
                    unsigned(info, NOT_SENT),
                    Byte.toUnsignedInt(info.get(ValueLayout.JAVA_BYTE, RETRANSMITS))
                            + Byte.toUnsignedInt(info.get(ValueLayout.JAVA_BYTE, PROBES)),
                    Duration.ofMillis(unsigned(info, LAST_ACK_RECEIVED)));
        }

        private static long unsigned(MemorySegment info, int offset) {
            return Integer.toUnsignedLong(info.get(ValueLayout.JAVA_INT, offset));
        }
    }
}
