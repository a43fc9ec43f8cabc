package dev.sekisho.controlplane.settings;

import dev.sekisho.controlplane.yaml.Fields;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlText;
import dev.sekisho.names.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A file of settings: one YAML document. It is taken as a whole or not at all, and read strictly, because a misspelled
/// setting that is quietly passed over is found at night.
public final class SettingsFile {
    private SettingsFile() {}

    /// @param holds what is missing when the file is empty: `Cluster`
    /// @param settings makes them out of the file's fields; not used when it has reported a problem
    /// @throws IllegalArgumentException with one line `file:line: field: reason` per problem
    /// @throws IOException when the file is not there or cannot be read
    public static <T> T read(Path file, String holds, Function<Fields, Optional<T>> settings) throws IOException {
        var name = String.valueOf(file.getFileName());
        if (Files.size(file) > YamlText.MAX_BYTES) {
            throw new IOException(name + " is larger than " + YamlText.MAX_BYTES + " bytes");
        }
        var problems = new ArrayList<Problem>();
        var read = parse(name, Files.readString(file), holds, settings, problems::add);
        return read.filter(_ -> problems.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        problems.stream().map(Problem::toString).collect(Collectors.joining("\n"))));
    }

    /// @param name of the file, for the problems
    /// @return the settings; when a problem was reported they are not to be used
    public static <T> Optional<T> parse(
            String name,
            String text,
            String holds,
            Function<Fields, Optional<T>> settings,
            Consumer<Problem> problems) {
        return fields(name, holds, text, problems).flatMap(settings);
    }

    private static Optional<Fields> fields(String name, String holds, String text, Consumer<Problem> problems) {
        return YamlText.documents(name, text, problems).flatMap(documents -> {
            if (documents.isEmpty()) {
                problems.accept(new Problem(name, 0, "", "holds no " + holds));
                return Optional.empty();
            }
            if (documents.size() > 1) {
                problems.accept(documents.get(1).problem("", "only one document may be in this file"));
            }
            var document = documents.getFirst();
            if (!document.content().isObject()) {
                problems.accept(document.problem("", "must be a mapping"));
                return Optional.empty();
            }
            return Optional.of(Fields.of(document, problems));
        });
    }

    /// @throws IllegalArgumentException when nobody could dial it
    public static HostPort dialable(String text) {
        var endpoint = HostPort.parse(text);
        if (endpoint.port() == 0) {
            throw new IllegalArgumentException("must have a port from 1 to 65535, got '" + text + "'");
        }
        return endpoint;
    }
}
