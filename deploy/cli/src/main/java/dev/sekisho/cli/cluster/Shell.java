package dev.sekisho.cli.cluster;

import java.util.regex.Pattern;

/// Words of the commands that we tell the user to run.
public final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private Shell() {}

    /// @return `word` so that a shell takes it as one word
    public static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
