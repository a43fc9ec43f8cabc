package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Throwables;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.HexFormat;
import org.assertj.core.api.ThrowingConsumer;

/// Looks for a private key in what a log could get to see.
final class Secrets {
    private static final int PIECE = 12;

    private Secrets() {}

    static ThrowingConsumer<Throwable> notQuoted(PrivateKey key) {
        return thrown -> assertNotIn(Throwables.getStackTraceAsString(thrown), key);
    }

    /// Fails when a piece of twelve characters of `key`, as base64 or hex, is in `text`.
    static void assertNotIn(String text, PrivateKey key) {
        // What stands at the start is the same in every key.
        var base64 = Base64.getEncoder().encodeToString(key.getEncoded()).substring(48);
        var hex = HexFormat.of().formatHex(key.getEncoded()).substring(72);
        assertThat(text).isNotEmpty();
        for (var whole : new String[] {base64, hex}) {
            for (var start = 0; start + PIECE <= whole.length(); start++) {
                assertThat(text).doesNotContain(whole.substring(start, start + PIECE));
            }
        }
    }
}
