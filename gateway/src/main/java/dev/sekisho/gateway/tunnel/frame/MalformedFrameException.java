package dev.sekisho.gateway.tunnel.frame;

/// The peer sent what is no frame, or no frame that may come now. The lane cannot be trusted any more.
public final class MalformedFrameException extends Exception {
    public MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
