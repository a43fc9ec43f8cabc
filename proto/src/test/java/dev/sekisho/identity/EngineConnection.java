package dev.sekisho.identity;

import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// Two TLS engines whose bytes reach each other in memory.
final class EngineConnection implements AutoCloseable {
    private static final int MAX_TURNS = 200;
    private static final int BUFFER_BYTES = 256 * 1024;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final ByteBuffer toClient = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final ByteBuffer heard = ByteBuffer.allocate(BUFFER_BYTES);

    EngineConnection(SSLEngine client, SSLEngine server) {
        this.client = client;
        this.server = server;
    }

    Engines.Sessions sessions() {
        return new Engines.Sessions(client.getSession(), server.getSession());
    }

    /// Until both sides are content and nothing is under way.
    ///
    /// @throws SSLException what one side says, with what the other says as suppressed: either may come first
    void handshake() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        for (var turn = 0; turn < MAX_TURNS; turn++) {
            step(client, toClient, toServer, server);
            step(server, toServer, toClient, client);
            if (toClient.hasRemaining() || toServer.hasRemaining()) {
                continue;
            }
            if (rests(client) && rests(server)) {
                return;
            }
            // BoringSSL keeps its last message until somebody writes.
            if (rests(client)) {
                write(client, ByteBuffer.allocate(0), toServer);
            }
        }
        throw new SSLException("handshake got stuck: client " + client.getHandshakeStatus() + ", server "
                + server.getHandshakeStatus());
    }

    private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out, SSLEngine other) throws SSLException {
        try {
            step(engine, in, out);
        } catch (SSLException e) {
            try {
                // Its own reason comes out only when its alert has been taken from it.
                for (var turn = 0; turn < MAX_TURNS; turn++) {
                    step(other, out, in);
                }
            } catch (SSLException reason) {
                e.addSuppressed(reason);
            }
            throw e;
        }
    }

    /// Sends `words` from the client.
    ///
    /// @return what the server heard
    String say(String words) throws SSLException {
        write(client, ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8)), toServer);
        heard.clear();
        for (var turn = 0; turn < MAX_TURNS && toServer.hasRemaining(); turn++) {
            step(server, toServer, toClient);
        }
        return StandardCharsets.UTF_8.decode(heard.flip()).toString();
    }

    private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            write(engine, ByteBuffer.allocate(0), out);
        } else if (in.hasRemaining() || engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
            // Also with nothing to read: BoringSSL goes on in here after a task.
            engine.unwrap(in, heard);
        }
    }

    private static void write(SSLEngine engine, ByteBuffer plain, ByteBuffer out) throws SSLException {
        out.compact();
        try {
            engine.wrap(plain, out);
        } finally {
            out.flip();
        }
    }

    private static boolean rests(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(client);
        ReferenceCountUtil.release(server);
    }
}
