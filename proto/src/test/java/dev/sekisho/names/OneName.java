package dev.sekisho.names;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// A DNS server to which every name has the same addresses.
public final class OneName implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final short A = 1;
    private static final short AAAA = 28;
    private static final short IN = 1;

    private final DatagramSocket socket;
    private final List<InetAddress> addresses;

    private OneName(List<InetAddress> addresses) throws IOException {
        this.addresses = addresses;
        this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /// @param addresses literals
    public static OneName at(String... addresses) {
        try {
            var name = new OneName(Arrays.stream(addresses).map(OneName::parse).toList());
            Thread.ofVirtual().start(name::serve);
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetAddress parse(String address) {
        return InetAddress.ofLiteral(address);
    }

    /// `host:port`
    public String server() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        var buffer = new byte[1024];
        while (!socket.isClosed()) {
            try {
                var question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                var answer = answer(Arrays.copyOf(buffer, question.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException _) {
                // It was closed, or nobody waits any more.
            }
        }
    }

    private byte[] answer(byte[] question) {
        var asked = ByteBuffer.wrap(question);
        var end = HEADER_BYTES;
        while (question[end] != 0) {
            end += 1 + question[end];
        }
        var type = asked.getShort(end + 1);
        end += 5;
        var found = addresses.stream()
                .map(InetAddress::getAddress)
                .filter(bytes -> bytes.length == 4 ? type == A : type == AAAA)
                .toList();
        var answer = ByteBuffer.allocate(1024)
                .putShort(asked.getShort(0))
                .putShort((short) 0x8180)
                .putShort((short) 1)
                .putShort((short) found.size())
                .putInt(0)
                .put(question, HEADER_BYTES, end - HEADER_BYTES);
        found.forEach(bytes -> answer.putShort((short) 0xc00c)
                .putShort(type)
                .putShort(IN)
                .putInt(1)
                .putShort((short) bytes.length)
                .put(bytes));
        return Arrays.copyOf(answer.array(), answer.position());
    }

    @Override
    public void close() {
        socket.close();
    }
}
