package dev.sekisho.identity;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/// Which TLS engine is at each end. Whether it is BoringSSL's or the JDK's must make no difference to trust.
enum Engines {
    JDK(SslProvider.JDK, SslProvider.JDK),
    BORINGSSL(SslProvider.OPENSSL, SslProvider.OPENSSL),
    BORINGSSL_CALLS_JDK(SslProvider.OPENSSL, SslProvider.JDK),
    JDK_CALLS_BORINGSSL(SslProvider.JDK, SslProvider.OPENSSL);

    private final SslProvider client;
    private final SslProvider server;

    Engines(SslProvider client, SslProvider server) {
        this.client = client;
        this.server = server;
    }

    /// What each side knows of the other after a handshake.
    record Sessions(SSLSession client, SSLSession server) {}

    /// The contexts of a caller and a callee, made once, for any number of connections.
    static final class Pair implements AutoCloseable {
        private final SslContext client;
        private final SslContext server;
        private int connections;

        private Pair(SslContext client, SslContext server) {
            this.client = client;
            this.server = server;
        }

        /// @throws SSLException what the side that refused says
        EngineConnection connect() throws SSLException {
            connections++;
            var connection = new EngineConnection(
                    // Another name each time: clients resume the session they had with a name, without certificates.
                    client.newEngine(ByteBufAllocator.DEFAULT, "gateway-" + connections + ".example", 7443),
                    server.newEngine(ByteBufAllocator.DEFAULT));
            try {
                connection.handshake();
                return connection;
            } catch (SSLException e) {
                connection.close();
                throw e;
            }
        }

        @Override
        public void close() {
            ReferenceCountUtil.release(client);
            ReferenceCountUtil.release(server);
        }
    }

    Pair between(TlsIdentity caller, TlsIdentity callee) throws SSLException {
        OpenSsl.ensureAvailability();
        return new Pair(
                SslContextBuilder.forClient()
                        .sslProvider(client)
                        .keyManager(caller.keyManager())
                        .trustManager(caller.trustManager())
                        .protocols("TLSv1.3")
                        .build(),
                SslContextBuilder.forServer(callee.keyManager())
                        .sslProvider(server)
                        .trustManager(callee.trustManager())
                        .clientAuth(ClientAuth.REQUIRE)
                        .protocols("TLSv1.3")
                        .build());
    }

    /// @throws SSLException what the side that refused says
    Sessions handshake(TlsIdentity caller, TlsIdentity callee) throws SSLException {
        try (var pair = between(caller, callee);
                var connection = pair.connect()) {
            return connection.sessions();
        }
    }
}
