package dev.sekisho.cli.cluster;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// Words of the commands that we tell the user to run.
public final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    // The launcher tells it, as no program sees by which name a script of that kind was called.
    private static final String NAME_PROPERTY = "sekisho.command";

    private Shell() {}

    /// @return `word` so that a shell takes it as one word
    public static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /// A command of ours that can be pasted, because it begins as the one did that prints it.
    ///
    /// @param arguments as for a shell
    public static String sekisho(String arguments) {
        return quote(System.getProperty(NAME_PROPERTY, "sekisho")) + " " + arguments;
    }

    /// The same for a command on a standalone cluster.
    public static String sekisho(String arguments, Path directory) {
        return sekisho(arguments + " --directory " + quote(directory.toString()));
    }
}
