package dev.sekisho.controlplane.peers;

/// Text that came from a peer, made fit for a log line or a status: one line, no control characters, bounded.
final class PeerText {
    private static final int LONGEST = 300;

    private PeerText() {}

    static String printable(String text) {
        var cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return cut.replaceAll("\\p{Cntrl}", "�");
    }
}
