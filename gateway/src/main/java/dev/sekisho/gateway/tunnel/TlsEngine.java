package dev.sekisho.gateway.tunnel;

import java.util.Locale;

/// Who does the TLS of the lanes.
public enum TlsEngine {
    /// BoringSSL where its native library loads, else the JDK.
    AUTO,
    BORINGSSL,
    JDK;

    /// @param text `auto`, `boringssl` or `jdk`
    public static TlsEngine parse(String text) {
        try {
            return valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("tls.engine must be auto, boringssl or jdk, got '" + text + "'", e);
        }
    }
}
