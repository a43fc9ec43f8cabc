package dev.sekisho.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// A small text file with a certificate or a key in it, read and written whole.
final class IdentityFile {
    private static final long MAX_BYTES = 256 * 1024;

    private IdentityFile() {}

    /// @throws IOException naming the file and the reason, never its content
    @SuppressWarnings("UnusedException") // a decoder's words might quote a key
    static String read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + ": larger than " + MAX_BYTES + " bytes, which no certificate or key is");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": not text; it must be PEM, not DER");
        }
    }

    /// Replaces `file` in one step, on disk when this returns. A reader sees the old text or the new.
    ///
    /// @param permissions as in `rw-r--r--`, from the file's first moment on
    static void write(Path file, String text, String permissions) throws IOException {
        var directory = file.toAbsolutePath().getParent();
        var attribute = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        var draft = Files.createTempFile(directory, "." + file.getFileName(), ".new", attribute);
        try {
            // Once more, because the umask may have taken something away.
            Files.setPosixFilePermissions(draft, attribute.value());
            try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
