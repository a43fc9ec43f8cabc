package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.controlplane.standalone.FolderFiles.Changes;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFilesTest {
    @TempDir
    private Path directory;

    private Instant now = Instant.now().plusSeconds(60);
    private final Map<String, String> unlistable = new HashMap<>();
    private FolderFiles files;

    @BeforeEach
    void makeFolder() throws IOException {
        files = new FolderFiles(directory, this::list, () -> now);
        write(ClusterFile.NAME, "settings");
    }

    @Test
    void a_file_is_read_once_and_again_when_it_changes() throws IOException {
        write("a.yaml", "one");

        assertThat(files.look().texts()).isEqualTo(Map.of(ClusterFile.NAME, "settings", "a.yaml", "one"));
        assertThat(files.look().texts()).isEmpty();
        write("a.yaml", "three");
        assertThat(files.look().texts()).isEqualTo(Map.of("a.yaml", "three"));
    }

    @Test
    void a_file_that_was_just_written_is_read_when_it_has_held_still() throws IOException {
        files.look();
        write("a.yaml", "half");
        now = modified("a.yaml").plusMillis(50);

        assertThat(files.look()).satisfies(look -> {
            assertThat(look.texts()).isEmpty();
            assertThat(look.unsettled()).containsExactly("a.yaml");
        });
        write("a.yaml", "half and half");
        now = modified("a.yaml").plusMillis(50);
        assertThat(files.look().unsettled()).containsExactly("a.yaml");

        assertThat(files.look().texts()).isEqualTo(Map.of("a.yaml", "half and half"));
    }

    @Test
    void a_file_that_is_missing_for_one_look_was_being_replaced() throws IOException {
        write("a.yaml", "one");
        files.look();

        Files.delete(directory.resolve("a.yaml"));
        assertThat(files.look().removed()).isEmpty();
        write("a.yaml", "other");
        assertThat(files.look().texts()).isEqualTo(Map.of("a.yaml", "other"));

        Files.delete(directory.resolve("a.yaml"));
        var looks = new ArrayList<Changes>(List.of(files.look(), files.look(), files.look()));
        assertThat(looks).extracting(Changes::missing).containsExactly(Set.of("a.yaml"), Set.of(), Set.of());
        assertThat(looks).extracting(Changes::removed).containsExactly(Set.of(), Set.of("a.yaml"), Set.of());
    }

    @Test
    void invariant_1_what_is_in_a_subfolder_that_cannot_be_listed_is_not_removed() throws IOException {
        write("more/a.yaml", "one");
        write("b.yaml", "one");
        files.look();

        unlistable.put("more", "must not be read: permission denied");
        Files.delete(directory.resolve("b.yaml"));
        var looks = List.of(files.look(), files.look(), files.look());

        assertThat(looks).extracting(Changes::removed).containsExactly(Set.of(), Set.of("b.yaml"), Set.of());
        assertThat(looks)
                .allSatisfy(look -> assertThat(look.unreadable())
                        .containsExactly(new Problem("more", 0, "", "must not be read: permission denied")));

        unlistable.clear();
        assertThat(files.look()).satisfies(look -> {
            assertThat(look.isEmpty()).isTrue();
            assertThat(look.unreadable()).isEmpty();
        });
    }

    @Test
    void a_folder_without_its_cluster_file_is_not_believed() throws IOException {
        write("a.yaml", "one");
        files.look();

        Files.delete(directory.resolve("a.yaml"));
        Files.delete(directory.resolve(ClusterFile.NAME));

        assertThat(List.of(files.look(), files.look(), files.look())).allSatisfy(look -> {
            assertThat(look.isEmpty()).isTrue();
            assertThat(look.unreadable())
                    .extracting(Problem::toString)
                    .containsExactly(".: cluster.yaml is not there, so this is not taken for the folder");
        });
    }

    @Test
    void a_file_that_is_too_large_is_refused_once() throws IOException {
        Files.write(directory.resolve("a.yaml"), new byte[YamlText.MAX_BYTES + 1]);

        assertThat(files.look().refused())
                .isEqualTo(Map.of(
                        "a.yaml", new Problem("a.yaml", 0, "", "cannot be read: it is larger than 8388608 bytes")));
        assertThat(files.look().refused()).isEmpty();
    }

    // A listing in which some subfolders are as if they could not be listed, which root could always do.
    private FolderListing list() throws IOException {
        var listing = new FolderListing(FolderListing.of(directory).files(), unlistable);
        var visible = new HashMap<>(listing.files());
        visible.keySet().removeIf(listing::hides);
        return new FolderListing(visible, unlistable);
    }

    private void write(String file, String text) throws IOException {
        var path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Instant modified(String file) throws IOException {
        return Files.getLastModifiedTime(directory.resolve(file)).toInstant();
    }
}
