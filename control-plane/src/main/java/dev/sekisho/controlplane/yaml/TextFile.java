package dev.sekisho.controlplane.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/// A file of UTF-8 text.
public final class TextFile {
    private TextFile() {}

    /// @param name for what is said of the file
    /// @throws IOException when it cannot be read; of what is no UTF-8 text it names the line
    public static String read(Path file, String name) throws IOException {
        var bytes = Files.readAllBytes(file);
        var unread = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(unread).toString();
        } catch (CharacterCodingException e) {
            var line = 1
                    + (int) IntStream.range(0, unread.position())
                            .filter(at -> bytes[at] == '\n')
                            .count();
            var problem = new Problem(name, line, "", "is no UTF-8 text");
            throw new IOException(problem.toString(), e);
        }
    }
}
