package dev.sekisho.controlplane.peers.records;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sekisho.controlplane.reconcile.PeerStore;
import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.HeldExports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One file per peer, `<cluster>.pb`: 8 bytes `SKPEERS1`, the SHA-256 of the rest (32 bytes), then `HeldExports`.
public final class PeerFiles implements PeerStore {
    private static final Logger log = LoggerFactory.getLogger(PeerFiles.class);
    private static final byte[] MAGIC = "SKPEERS1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = MAGIC.length + 32;

    private final Path directory;

    /// @param directory made when it is not there
    public PeerFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<HeldExports> load(ClusterName peer) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file(peer));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        var exports = decode(bytes).filter(kept -> kept.getOrigin().equals(peer.value()));
        if (exports.isEmpty()) {
            log.atWarn()
                    .addKeyValue("peer", peer)
                    .addKeyValue("file", file(peer))
                    .log("What was kept of a peer's exports is damaged and is not used; the peer will tell them again");
        }
        return exports;
    }

    private static Optional<HeldExports> decode(byte[] bytes) {
        if (bytes.length < HEAD || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return Optional.empty();
        }
        var body = Arrays.copyOfRange(bytes, HEAD, bytes.length);
        if (!MessageDigest.isEqual(Arrays.copyOfRange(bytes, MAGIC.length, HEAD), ExportCodec.sha256(body))) {
            return Optional.empty();
        }
        try {
            return Optional.of(HeldExports.parseFrom(body));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    @Override
    public void save(ClusterName peer, HeldExports exports) throws IOException {
        Files.createDirectories(directory);
        var body = exports.toByteArray();
        var fresh = directory.resolve(peer + ".pb.new");
        try (var channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (var part : new byte[][] {MAGIC, ExportCodec.sha256(body), body}) {
                var buffer = ByteBuffer.wrap(part);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            channel.force(true);
        }
        Files.move(fresh, file(peer), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void retain(Set<ClusterName> peers) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        var wanted = peers.stream().map(this::file).collect(Collectors.toSet());
        try (var files = Files.newDirectoryStream(directory, "*.pb")) {
            for (var file : files) {
                if (!wanted.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Path file(ClusterName peer) {
        return directory.resolve(peer + ".pb");
    }
}
