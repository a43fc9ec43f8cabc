package dev.sekisho.gateway.dns;

/// Told of every question, on an event loop; must not block.
@FunctionalInterface
public interface DnsWatcher {
    /// @param type the question's type, `A` and so on, or `other`
    /// @param outcome the response code, `NOERROR` and so on, or `malformed` when nothing was answered
    void answered(String type, String outcome);
}
