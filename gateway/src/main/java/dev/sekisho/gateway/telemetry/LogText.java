package dev.sekisho.gateway.telemetry;

/// Text that may quote what a peer or a client sent, made safe for a log line.
final class LogText {
    private static final int MAX_LENGTH = 1_000;

    private LogText() {}

    /// `text` on one line: control characters as `?`, cut after 1000 characters.
    static String of(String text) {
        var cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return cut.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?");
    }
}
