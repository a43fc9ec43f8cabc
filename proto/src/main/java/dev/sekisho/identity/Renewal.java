package dev.sekisho.identity;

import java.time.Instant;

/// What [TlsIdentity#renewIfDue] came to.
public sealed interface Renewal {
    /// The leaf has time left, or nobody has brought a new one.
    record NotDue() implements Renewal {}

    /// @param until when the new leaf expires
    record Renewed(Instant until) implements Renewal {}

    /// The old leaf stays in use.
    ///
    /// @param reason what an operator needs to know to mend it
    record Failed(String reason) implements Renewal {}
}
