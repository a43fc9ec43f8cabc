package dev.sekisho.controlplane.peers.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.names.ClusterName;
import dev.sekisho.sync.v1.HeldExports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerFilesTest {
    private static final ClusterName TOKYO = new ClusterName("tokyo");
    private static final HeldExports EXPORTS = HeldExports.newBuilder()
            .setOrigin("tokyo")
            .setComplete(true)
            .addRecords(ExportCodec.encode(Exports.of("tokyo", "shop/db", 6379)))
            .build();

    @TempDir
    private Path directory;

    private PeerFiles files() {
        return new PeerFiles(directory.resolve("peers"));
    }

    @Test
    void what_is_saved_is_loaded_again() throws IOException {
        assertThat(files().load(TOKYO)).isEmpty();

        files().save(TOKYO, EXPORTS);

        assertThat(files().load(TOKYO)).contains(EXPORTS);
    }

    @Test
    void a_file_that_is_damaged_anywhere_or_cut_short_is_unknown() throws IOException {
        files().save(TOKYO, EXPORTS);
        var file = directory.resolve("peers/tokyo.pb");
        var good = Files.readAllBytes(file);

        for (var at = 0; at < good.length; at++) {
            var bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(file, bad);
            assertThat(files().load(TOKYO)).as("byte %d", at).isEmpty();
            Files.write(file, Arrays.copyOf(good, at));
            assertThat(files().load(TOKYO)).as("%d bytes", at).isEmpty();
        }
    }

    @Test
    void a_file_of_another_peer_is_unknown() throws IOException {
        files().save(TOKYO, EXPORTS);
        Files.move(directory.resolve("peers/tokyo.pb"), directory.resolve("peers/nara.pb"));

        assertThat(files().load(new ClusterName("nara"))).isEmpty();
    }

    @Test
    void what_a_crash_left_half_written_does_not_matter() throws IOException {
        files().save(TOKYO, EXPORTS);
        Files.write(directory.resolve("peers/tokyo.pb.new"), new byte[] {1, 2, 3});

        assertThat(files().load(TOKYO)).contains(EXPORTS);
        files().save(TOKYO, EXPORTS.toBuilder().setComplete(false).build());
        assertThat(files().load(TOKYO))
                .hasValueSatisfying(kept -> assertThat(kept.getComplete()).isFalse());
    }

    @Test
    void only_the_linked_peers_are_kept() throws IOException {
        files().save(TOKYO, EXPORTS);
        files().save(
                        new ClusterName("nara"),
                        EXPORTS.toBuilder().setOrigin("nara").build());

        files().retain(Set.of(TOKYO));

        assertThat(files().load(TOKYO)).isPresent();
        assertThat(directory.resolve("peers/nara.pb")).doesNotExist();
    }
}
