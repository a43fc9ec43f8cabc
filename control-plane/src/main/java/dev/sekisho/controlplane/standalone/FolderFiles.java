package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.standalone.FolderListing.Stamp;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Notices what changes in the folder by looking again and again, which works on every file system, with every editor
/// and through every symbolic link. Confined to one thread, which it blocks.
///
/// A file that is being written is left alone until it has held still, and one that is missing is believed to be gone
/// at the second look: editors truncate, write and rename in steps.
final class FolderFiles {
    private static final Duration STILL = Duration.ofMillis(200);

    private final Path folder;
    private final Lister lister;
    private final InstantSource clock;
    private final Map<String, Stamp> read = new HashMap<>();
    private Map<String, Stamp> seenBefore = Map.of();
    private final Set<String> missing = new HashSet<>();

    FolderFiles(Path folder, Lister lister, InstantSource clock) {
        this.folder = folder;
        this.lister = lister;
        this.clock = clock;
    }

    /// Lists the folder as it is now, as [FolderListing#of] does.
    interface Lister {
        FolderListing list() throws IOException;
    }

    /// What one look has found.
    ///
    /// @param texts new content by file
    /// @param refused files that cannot be read, each with its problem
    /// @param removed files that are gone
    /// @param unreadable folders that cannot be listed
    /// @param unsettled files that are being written
    /// @param missing files that are not there, for the first time
    record Changes(
            Map<String, String> texts,
            Map<String, Problem> refused,
            Set<String> removed,
            List<Problem> unreadable,
            Set<String> unsettled,
            Set<String> missing) {
        Changes {
            texts = Map.copyOf(texts);
            refused = Map.copyOf(refused);
            removed = Set.copyOf(removed);
            unreadable = List.copyOf(unreadable);
            unsettled = Set.copyOf(unsettled);
            missing = Set.copyOf(missing);
        }

        boolean isEmpty() {
            return texts.isEmpty() && refused.isEmpty() && removed.isEmpty();
        }
    }

    Changes look() {
        FolderListing listing;
        try {
            listing = lister.list();
        } catch (IOException e) {
            var unreadable = List.of(new Problem(".", 0, "", FolderListing.reason(e)));
            return new Changes(Map.of(), Map.of(), Set.of(), unreadable, Set.of(), Set.of());
        }
        var texts = new HashMap<String, String>();
        var refused = new HashMap<String, Problem>();
        var unreadable = new ArrayList<Problem>();
        var unsettled = new HashSet<String>();
        listing.unreadable().forEach((subfolder, reason) -> unreadable.add(new Problem(subfolder, 0, "", reason)));
        listing.files().forEach((file, stamp) -> {
            if (stamp.equals(read.get(file))) {
                return;
            }
            if (!holdsStill(file, stamp)) {
                unsettled.add(file);
                return;
            }
            try {
                text(file, stamp).ifPresentOrElse(text -> texts.put(file, text), () -> unsettled.add(file));
            } catch (IOException e) {
                refused.put(file, new Problem(file, 0, "", reason(e)));
            }
        });
        var removed = removed(listing);
        seenBefore = listing.files();
        return new Changes(texts, refused, removed, unreadable, unsettled, missing);
    }

    private boolean holdsStill(String file, Stamp stamp) {
        return stamp.equals(seenBefore.get(file))
                || stamp.modifiedAt().isBefore(clock.instant().minus(STILL));
    }

    // Empty when it was changed while it was read. What cannot be helped by reading again counts as read.
    private Optional<String> text(String file, Stamp stamp) throws IOException {
        if (stamp.size() > YamlText.MAX_BYTES) {
            read.put(file, stamp);
            throw new IOException("it is larger than " + YamlText.MAX_BYTES + " bytes");
        }
        byte[] bytes;
        try (var in = Files.newInputStream(folder.resolve(file))) {
            bytes = in.readNBytes(YamlText.MAX_BYTES);
        }
        if (bytes.length != stamp.size()) {
            return Optional.empty();
        }
        read.put(file, stamp);
        return Optional.of(StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString());
    }

    private Set<String> removed(FolderListing listing) {
        var gone = new HashSet<>(read.keySet());
        gone.addAll(seenBefore.keySet());
        gone.addAll(missing);
        gone.removeIf(file -> listing.files().containsKey(file) || listing.hides(file));
        var removed = new HashSet<>(gone);
        removed.retainAll(missing);
        missing.clear();
        missing.addAll(gone);
        missing.removeAll(removed);
        read.keySet().removeAll(removed);
        return removed;
    }

    private static String reason(IOException e) {
        return e instanceof CharacterCodingException ? "is no UTF-8 text" : FolderListing.reason(e);
    }
}
