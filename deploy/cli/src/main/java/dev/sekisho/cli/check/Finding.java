package dev.sekisho.cli.check;

import java.util.List;

/// What one check found.
///
/// @param check its name, of a few words
/// @param says one sentence without its full stop
/// @param mend commands to be run one after the other; empty when nothing needs mending, or no command could
public record Finding(String check, Level level, String says, List<String> mend) {
    public enum Level {
        OK,
        /// It works, but not as it should, or not for long.
        WARN,
        /// Something does not work, or cannot be told.
        FAIL
    }

    public Finding {
        mend = List.copyOf(mend);
    }

    static Finding ok(String check, String says) {
        return new Finding(check, Level.OK, says, List.of());
    }

    static Finding warn(String check, String says, String... mend) {
        return new Finding(check, Level.WARN, says, List.of(mend));
    }

    static Finding fail(String check, String says, String... mend) {
        return new Finding(check, Level.FAIL, says, List.of(mend));
    }
}
