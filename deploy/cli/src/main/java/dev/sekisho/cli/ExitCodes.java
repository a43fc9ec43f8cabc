package dev.sekisho.cli;

import java.util.LinkedHashMap;
import picocli.CommandLine;

/// What a command ends with, the same for all of them: a script can tell an answer from a failure.
public final class ExitCodes {
    public static final int FINE = 0;

    /// There is an answer, and it is no: something is out of order, denied, different or suspicious.
    public static final int NO = 1;

    /// There is no answer: the command was wrong, or what it needs is not there, cannot be read or does not answer.
    public static final int WRONG_USE = 2;

    private ExitCodes() {}

    public static int of(boolean fine) {
        return fine ? FINE : NO;
    }

    /// Sets them for a command and all below it, and has its help list them.
    static void apply(CommandLine command) {
        var spec = command.getCommandSpec();
        spec.exitCodeOnInvalidInput(WRONG_USE).exitCodeOnExecutionException(WRONG_USE);
        var usage = spec.usageMessage();
        if (usage.exitCodeList().isEmpty()) {
            var codes = new LinkedHashMap<String, String>();
            codes.put("0", "fine");
            codes.put("1", "the answer is no");
            codes.put("2", "wrong use, or it could not be done; standard error says why");
            usage.exitCodeListHeading("Exit codes:%n").exitCodeList(codes);
        }
        command.getSubcommands().values().forEach(ExitCodes::apply);
    }
}
