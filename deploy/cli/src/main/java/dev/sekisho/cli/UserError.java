package dev.sekisho.cli;

/// Something the user can put right: its message is all they are shown, so it names the file or setting, the value and
/// what to do.
public final class UserError extends RuntimeException {
    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
