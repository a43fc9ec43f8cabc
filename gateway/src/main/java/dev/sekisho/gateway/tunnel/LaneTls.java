package dev.sekisho.gateway.tunnel;

import dev.sekisho.identity.SpiffeId;
import dev.sekisho.identity.TlsIdentity;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS as lanes do it: 1.3 only, both sides show a certificate, hybrid post-quantum key agreement first where the
/// engine can do it, no resumption. Certificates and trust are asked from the identity at every handshake, so they are
/// always those of now. Any thread.
public final class LaneTls {
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519"};
    private static final List<String> CIPHERS =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    /// How long a lane that is closed may take to send what was written before.
    private static final Duration LAST_BYTES = Duration.ofSeconds(30);

    private final TlsIdentity identity;
    private final SslProvider provider;
    private final SslContext client;
    private final SslContext server;
    private final Duration handshakeTimeout;

    /// @param handshakeTimeout for TLS alone
    /// @throws IllegalStateException when the engine asked for cannot be used here
    public LaneTls(TlsIdentity identity, TlsEngine engine, Duration handshakeTimeout) {
        this.identity = identity;
        this.handshakeTimeout = handshakeTimeout;
        provider = provider(engine);
        try {
            client = context(SslContextBuilder.forClient().keyManager(identity.keyManager()));
            server = context(SslContextBuilder.forServer(identity.keyManager()).clientAuth(ClientAuth.REQUIRE));
        } catch (SSLException e) {
            throw new IllegalStateException("TLS cannot be set up with " + provider, e);
        }
    }

    /// Who we are.
    public SpiffeId self() {
        return identity.id();
    }

    /// What encrypts: `BoringSSL` or `JDK`.
    public String engineName() {
        return provider == SslProvider.JDK ? "JDK" : "BoringSSL";
    }

    /// @param serverName sent as SNI
    SslHandler dialling(ByteBufAllocator allocator, String serverName) {
        // Without a peer's host and port the engine has nothing to remember sessions by.
        var engine = client.newEngine(allocator);
        var parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        engine.setSSLParameters(parameters);
        return handler(engine);
    }

    SslHandler accepting(ByteBufAllocator allocator) {
        return handler(server.newEngine(allocator));
    }

    /// Whether the peer's chain would still be believed today.
    ///
    /// @return why not; empty when it would
    Optional<String> distrust(List<X509Certificate> chain, LaneRole role) {
        X509ExtendedTrustManager trust = identity.trustManager();
        var certificates = chain.toArray(X509Certificate[]::new);
        try {
            switch (role) {
                case DIALLED -> trust.checkServerTrusted(certificates, "GENERIC");
                case ACCEPTED -> trust.checkClientTrusted(certificates, "GENERIC");
            }
            return Optional.empty();
        } catch (CertificateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private SslHandler handler(SSLEngine engine) {
        if (provider == SslProvider.JDK) {
            // Groups this JDK does not know are passed over.
            var parameters = engine.getSSLParameters();
            parameters.setNamedGroups(GROUPS);
            engine.setSSLParameters(parameters);
        }
        var handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        handler.setCloseNotifyFlushTimeoutMillis(LAST_BYTES.toMillis());
        return handler;
    }

    private SslContext context(SslContextBuilder builder) throws SSLException {
        builder.sslProvider(provider)
                .protocols("TLSv1.3")
                .ciphers(CIPHERS)
                .trustManager(identity.trustManager())
                // The identity checks who the peer is; there is no host name to compare.
                .endpointIdentificationAlgorithm(null);
        if (provider != SslProvider.JDK) {
            builder.option(OpenSslContextOption.GROUPS, GROUPS);
        }
        var context = builder.build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
        return context;
    }

    private static SslProvider provider(TlsEngine engine) {
        return switch (engine) {
            case JDK -> SslProvider.JDK;
            case BORINGSSL -> {
                if (!OpenSsl.isAvailable()) {
                    throw new IllegalStateException(
                            "tls.engine is boringssl, which cannot be loaded here; use auto or jdk",
                            OpenSsl.unavailabilityCause());
                }
                // Engines free their native memory when they are collected, so a lost handler leaks nothing.
                yield SslProvider.OPENSSL;
            }
            case AUTO -> OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
        };
    }
}
