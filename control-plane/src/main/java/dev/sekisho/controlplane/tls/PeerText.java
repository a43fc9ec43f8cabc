package dev.sekisho.controlplane.tls;

/// Text that came from a peer, made fit for a log line or a status: one line, no control characters, bounded.
public final class PeerText {
    private static final int LONGEST = 300;

    private PeerText() {}

    public static String printable(String text) {
        var cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return cut.replaceAll("\\p{Cntrl}", "�");
    }
}
