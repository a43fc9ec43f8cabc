package dev.sekisho.gateway.feed;

import dev.sekisho.feed.v1.RouteSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// A route table at rest: readable by its owner alone, replaced whole, and never taken for good when it is damaged.
///
/// ```
/// "sekisho routes 1\n"   SHA-256 of the rest: 32 bytes   message sekisho.feed.v1.RouteSnapshot
/// ```
///
/// Every method blocks.
final class RouteFile {
    private static final byte[] HEADING = "sekisho routes 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 32;
    private static final int CONTENT_AT = HEADING.length + DIGEST_BYTES;

    private RouteFile() {}

    /// @return empty when there is no such file
    /// @throws IOException when it cannot be read or is not what was once written
    static Optional<RouteSnapshot> read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        if (bytes.length < CONTENT_AT || !Arrays.equals(HEADING, Arrays.copyOf(bytes, HEADING.length))) {
            throw new IOException("not a stored route table");
        }
        var content = Arrays.copyOfRange(bytes, CONTENT_AT, bytes.length);
        if (!Arrays.equals(digest(content), Arrays.copyOfRange(bytes, HEADING.length, CONTENT_AT))) {
            throw new IOException("checksum does not match");
        }
        return Optional.of(RouteSnapshot.parseFrom(content));
    }

    /// Replaces `file`, or leaves the old one whole when that fails or the machine stops halfway.
    static void write(Path file, RouteSnapshot snapshot) throws IOException {
        var directory = Optional.ofNullable(file.toAbsolutePath().getParent())
                .orElseThrow(() -> new IOException(file + " is a directory"));
        Files.createDirectories(directory);
        var next = directory.resolve(file.getFileName() + ".next");
        // What an interrupted run left.
        Files.deleteIfExists(next);
        var content = snapshot.toByteArray();
        try (var channel = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            for (var part : new byte[][] {HEADING, digest(content), content}) {
                var buffer = ByteBuffer.wrap(part);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        try (var opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    private static byte[] digest(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
