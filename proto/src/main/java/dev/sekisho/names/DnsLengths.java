package dev.sekisho.names;

/// How many octets the parts of a DNS answer take (RFC 1035, section 4.1), when all its records belong to the name
/// asked for and so begin with a pointer to it. The gateway fills answers by it, and the control plane says by it what
/// will not fit.
public final class DnsLengths {
    /// The longest message over TCP: its length comes before it in two octets.
    public static final int MAX_BYTES = 65_535;

    /// A record before its content: pointer, type, class, time to live, length.
    public static final int RECORD_BYTES = 12;

    /// EDNS(0) without options (RFC 6891, section 6.1.2).
    public static final int OPTIONS_BYTES = 11;

    /// SRV before its target: priority, weight, port (RFC 2782).
    public static final int SERVER_BYTES = 6;

    private static final int HEADER_BYTES = 12;
    private static final int TYPE_AND_CLASS_BYTES = 4;

    private DnsLengths() {}

    /// @param name with or without a trailing dot
    public static int ofName(String name) {
        var characters = name.endsWith(".") ? name.length() - 1 : name.length();
        return characters == 0 ? 1 : characters + 2;
    }

    /// The header and a question for `name`.
    public static int ofQuestion(String name) {
        return HEADER_BYTES + ofName(name) + TYPE_AND_CLASS_BYTES;
    }
}
