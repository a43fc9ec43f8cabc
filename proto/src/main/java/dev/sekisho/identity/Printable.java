package dev.sekisho.identity;

/// Text that a stranger put into a certificate, made safe to quote in a log line.
final class Printable {
    private static final int MAX_LENGTH = 200;

    private Printable() {}

    /// `text` with everything outside printable ASCII as `?`, cut after 200 characters.
    static String of(String text) {
        var cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return cut.replaceAll("[^ -~]", "?");
    }
}
