package dev.sekisho.controlplane.standalone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Replaces a file whole: a reader sees the old text or the new, and so does whoever starts after a crash. Blocks.
final class AtomicFile {
    /// Whether the text must outlive a power cut, which costs a wait for the disk.
    enum Durability {
        SYNCED,
        BEST_EFFORT
    }

    private AtomicFile() {}

    /// @param folder made when it is not there
    static void write(Path folder, String name, String text, Durability durability) throws IOException {
        Files.createDirectories(folder);
        // Always the same name, so that what a crash leaves behind is overwritten and never piles up.
        var draft = folder.resolve("." + name + ".tmp");
        try (var channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (durability == Durability.SYNCED) {
                channel.force(true);
            }
        }
        Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (durability == Durability.SYNCED) {
            try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }
}
