package dev.sekisho.names;

/// The range of port numbers.
public final class Ports {
    private Ports() {}

    /// @return `number`, when it is 1 to 65535
    /// @throws IllegalArgumentException naming `what` and the number otherwise
    public static int require(String what, int number) {
        if (number < 1 || number > 65535) {
            throw new IllegalArgumentException(what + " must be 1 to 65535, got " + number);
        }
        return number;
    }
}
