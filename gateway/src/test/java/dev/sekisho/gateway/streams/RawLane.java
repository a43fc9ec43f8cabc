package dev.sekisho.gateway.streams;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.sekisho.gateway.tunnel.frame.FrameType;
import dev.sekisho.identity.TestClusters;
import dev.sekisho.identity.TlsIdentity;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.v1.Protocol;
import dev.sekisho.tunnel.v1.Caller;
import dev.sekisho.tunnel.v1.Hello;
import dev.sekisho.tunnel.v1.Open;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// The other end of a lane, byte by byte, to say what no gateway of ours would say.
final class RawLane implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    record Frame(FrameType type, ByteString payload) {}

    private RawLane(SSLSocket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /// Dials a public port with TLS 1.3.
    static RawLane dial(TlsIdentity identity, InetSocketAddress port, String serverName) throws IOException {
        return dial(identity, port, serverName, "TLSv1.3");
    }

    static RawLane dial(TlsIdentity identity, InetSocketAddress port, String serverName, String protocol)
            throws IOException {
        var socket = (SSLSocket)
                TestClusters.sslContext(identity).getSocketFactory().createSocket(port.getAddress(), port.getPort());
        var parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        if (!serverName.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        socket.setSSLParameters(parameters);
        return new RawLane(socket);
    }

    /// A lane to tokyo that has greeted.
    static RawLane greeted(TlsIdentity identity, InetSocketAddress port) throws IOException {
        var lane = dial(identity, port, "gateway.tokyo.demo");
        lane.greet(identity.id().cluster());
        return lane;
    }

    /// Listens as a gateway does, without the rest.
    static SSLServerSocket listen(TlsIdentity identity) throws IOException {
        var server = (SSLServerSocket) TestClusters.sslContext(identity)
                .getServerSocketFactory()
                .createServerSocket(0, 50, Loopback.address("127.0.0.1"));
        server.setNeedClientAuth(true);
        server.setEnabledProtocols(new String[] {"TLSv1.3"});
        return server;
    }

    static RawLane accept(SSLServerSocket server) throws IOException {
        return new RawLane((SSLSocket) server.accept());
    }

    void greet(ClusterName cluster) throws IOException {
        send(
                FrameType.HELLO,
                Hello.newBuilder()
                        .setProtocolVersion(1)
                        .setCluster(cluster.value())
                        .build());
        var answer = receive();
        if (answer.type() != FrameType.HELLO) {
            throw new IOException("expected HELLO, got " + answer.type());
        }
    }

    /// An OPEN for shop/db by the frontend of osaka.
    static Open.Builder open() {
        return Open.newBuilder()
                .setStream("test-1")
                .setCaller(Caller.newBuilder()
                        .setCluster("osaka")
                        .setNamespace("shop")
                        .setPod("frontend")
                        .putPodLabels("role", "frontend")
                        .setAddress(TwoGateways.FRONTEND))
                .setServiceNamespace("shop")
                .setServiceName("db")
                .setServicePort(6379)
                .setProtocol(Protocol.PROTOCOL_TCP);
    }

    void send(FrameType type, MessageLite message) throws IOException {
        send(type, message.toByteArray());
    }

    void send(FrameType type, byte... payload) throws IOException {
        out.writeInt((type.code() << 24) | payload.length);
        out.write(payload);
        out.flush();
    }

    void sendRaw(byte... bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    Frame receive() throws IOException {
        var header = in.readInt();
        var type = FrameType.of(header >>> 24).orElseThrow();
        return new Frame(type, ByteString.copyFrom(in.readNBytes(header & 0xffffff)));
    }

    /// Whether the other side has closed the connection, one way or another.
    boolean isClosedByPeer() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    SSLSocket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
