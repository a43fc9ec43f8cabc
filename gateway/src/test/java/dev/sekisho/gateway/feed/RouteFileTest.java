package dev.sekisho.gateway.feed;

import static dev.sekisho.gateway.routes.Resources.imported;
import static dev.sekisho.gateway.routes.Resources.osaka;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.feed.v1.Resource;
import dev.sekisho.feed.v1.RouteSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFileTest {
    private static final RouteSnapshot SNAPSHOT = snapshot(3, osaka(imported("db", "127.66.1.5")));

    @TempDir
    private Path directory = Path.of("");

    static RouteSnapshot snapshot(long version, List<Resource> resources) {
        return RouteSnapshot.newBuilder()
                .setVersion(version)
                .addAllResources(resources)
                .build();
    }

    @Test
    void what_is_written_is_read_again() throws IOException {
        var file = directory.resolve("deep/below/routes.pb");

        RouteFile.write(file, SNAPSHOT);
        RouteFile.write(file, SNAPSHOT);

        assertThat(RouteFile.read(file)).contains(SNAPSHOT);
    }

    @Test
    void no_file_is_no_table() throws IOException {
        assertThat(RouteFile.read(directory.resolve("routes.pb"))).isEmpty();
    }

    @Test
    void nobody_else_may_read_it() throws IOException {
        var file = directory.resolve("routes.pb");

        RouteFile.write(file, SNAPSHOT);

        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    void every_cut_and_every_flipped_byte_is_noticed() throws IOException {
        var file = directory.resolve("routes.pb");
        RouteFile.write(file, SNAPSHOT);
        var good = Files.readAllBytes(file);

        for (var i = 0; i < good.length; i++) {
            Files.write(file, Arrays.copyOf(good, i));
            assertThatThrownBy(() -> RouteFile.read(file)).isInstanceOf(IOException.class);
            var flipped = good.clone();
            flipped[i] ^= 0x10;
            Files.write(file, flipped);
            assertThatThrownBy(() -> RouteFile.read(file)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void what_an_interrupted_write_left_does_no_harm() throws IOException {
        var file = directory.resolve("routes.pb");
        RouteFile.write(file, SNAPSHOT);
        Files.writeString(directory.resolve("routes.pb.next"), "half");

        assertThat(RouteFile.read(file)).contains(SNAPSHOT);
        RouteFile.write(file, snapshot(4, osaka()));

        assertThat(RouteFile.read(file).orElseThrow().getVersion()).isEqualTo(4);
        assertThat(directory.resolve("routes.pb.next")).doesNotExist();
    }
}
