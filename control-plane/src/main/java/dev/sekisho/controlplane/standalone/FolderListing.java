package dev.sekisho.controlplane.standalone;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The YAML files of a folder at one moment, by path relative to it.
///
/// @param unreadable subfolders that could not be listed, and why; what was in them is not known to be gone
record FolderListing(Map<String, Stamp> files, Map<String, String> unreadable) {
    /// Hidden folders, and these at the top, hold no objects.
    private static final Set<String> OWN_FOLDERS = Set.of("status", "state", "ca");

    static final int MAX_FILES = 10_000;
    static final int MAX_DEPTH = 16;

    FolderListing {
        files = Map.copyOf(files);
        unreadable = Map.copyOf(unreadable);
    }

    /// Differs when the file's content may differ.
    ///
    /// @param identity the inode, which a replaced file changes
    record Stamp(long size, Instant modifiedAt, String identity) {}

    /// @throws IOException when the folder itself cannot be listed, holds no `cluster.yaml` (as an unmounted disk) or
    ///     more than [#MAX_FILES] files: then nothing is known of it
    static FolderListing of(Path folder) throws IOException {
        var listing = ofAny(folder);
        if (!listing.files().containsKey(ClusterFile.NAME)) {
            throw new NoSuchFileException(ClusterFile.NAME, null, "is not there, so this is not taken for the folder");
        }
        return listing;
    }

    /// As [#of], of a folder that need not hold a `cluster.yaml`.
    static FolderListing ofAny(Path folder) throws IOException {
        var files = new HashMap<String, Stamp>();
        var unreadable = new HashMap<String, String>();
        list(folder, folder, 0, files, unreadable);
        return new FolderListing(files, unreadable);
    }

    /// Whether `file` lies in a subfolder that could not be listed.
    boolean hides(String file) {
        return unreadable.keySet().stream().anyMatch(subfolder -> file.startsWith(subfolder + "/"));
    }

    private static void list(
            Path root, Path folder, int depth, Map<String, Stamp> files, Map<String, String> unreadable)
            throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                var name = entry.getFileName().toString();
                if (name.startsWith(".") || (depth == 0 && OWN_FOLDERS.contains(name))) {
                    continue;
                }
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    listSubfolder(root, entry, depth + 1, files, unreadable);
                } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
                    addFile(root, entry, files);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void listSubfolder(
            Path root, Path folder, int depth, Map<String, Stamp> files, Map<String, String> unreadable)
            throws IOException {
        var inside = new HashMap<String, Stamp>();
        var relative = root.relativize(folder).toString();
        try {
            if (depth > MAX_DEPTH) {
                throw new IOException("is nested deeper than " + MAX_DEPTH + " folders");
            }
            list(root, folder, depth, inside, unreadable);
        } catch (TooManyFiles e) {
            throw e;
        } catch (IOException e) {
            unreadable.put(relative, reason(e));
            return;
        }
        files.putAll(inside);
        requireBound(files);
    }

    private static void addFile(Path root, Path file, Map<String, Stamp> files) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isRegularFile()) {
                var stamp = new Stamp(
                        attributes.size(),
                        attributes.lastModifiedTime().toInstant(),
                        Objects.toString(attributes.fileKey(), ""));
                files.put(root.relativize(file).toString(), stamp);
                requireBound(files);
            }
        } catch (NoSuchFileException _) {
            // Renamed or removed since it was listed: it is as if the listing had come later.
            return;
        }
    }

    private static void requireBound(Map<String, Stamp> files) throws TooManyFiles {
        if (files.size() > MAX_FILES) {
            throw new TooManyFiles();
        }
    }

    /// In words for an operator.
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "must not be read: permission denied";
            case NoSuchFileException missing ->
                missing.getReason() == null ? "is not there" : missing.getFile() + " " + missing.getReason();
            default -> "cannot be read: " + e.getMessage();
        };
    }

    private static final class TooManyFiles extends IOException {
        TooManyFiles() {
            super("holds more than " + MAX_FILES + " YAML files");
        }
    }
}
