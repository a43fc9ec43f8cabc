package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.controlplane.yaml.YamlText;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.PolicyScope;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What a folder of YAML says at this moment, read once: for commands that judge a cluster without running it.
/// Immutable.
///
/// @param scope the cluster as `cluster.yaml` says it is; in a folder without that file it is `local`, and enforces
/// @param problems of the files that are not part of `view`
/// @param texts by file
public record FolderSnapshot(PolicyScope scope, ClusterView view, List<Problem> problems, Map<String, String> texts) {
    public FolderSnapshot {
        problems = List.copyOf(problems);
        texts = Map.copyOf(texts);
    }

    /// Blocks the calling thread.
    ///
    /// @throws IOException when the folder or a file in it cannot be read, or `cluster.yaml` is not right
    public static FolderSnapshot read(Path folder) throws IOException {
        var listing = FolderListing.ofAny(folder);
        if (!listing.unreadable().isEmpty()) {
            throw new IOException("its subfolders cannot be read: " + listing.unreadable());
        }
        var settings = listing.files().containsKey(ClusterFile.NAME)
                ? Optional.of(ClusterFile.read(folder))
                : Optional.<StandaloneSettings>empty();
        var cluster = settings.map(StandaloneSettings::cluster).orElse(new ClusterName("local"));
        var reader = new ObjectReader(
                cluster,
                Folder.ipFamilies(
                        settings.map(StandaloneSettings::importAddresses).orElse(List.of())));
        var texts = new TreeMap<String, String>();
        var versions = FileVersions.NONE;
        for (var file : listing.files().keySet()) {
            if (!file.equals(ClusterFile.NAME)) {
                var text = text(folder, file);
                texts.put(file, text);
                var problems = new ArrayList<Problem>();
                var defined = reader.read(file, text, problems::add);
                versions = problems.isEmpty() ? versions.read(file, defined) : versions.refuse(file, problems);
            }
        }
        versions = versions.decide();
        var view = FolderView.of(versions.definitions(), _ -> Instant.EPOCH, Map.of());
        var scope = view.policyScope(
                cluster,
                settings.map(StandaloneSettings::labels).orElse(Map.of()),
                settings.map(own -> own.traffic().policyMode()).orElse(PolicyMode.ENFORCE));
        return new FolderSnapshot(scope, view, versions.problems(), texts);
    }

    private static String text(Path folder, String file) throws IOException {
        try {
            return Files.readString(folder.resolve(file));
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is no UTF-8 text", e);
        }
    }

    /// Where a field of an object stands, `file:line`; empty when the object is not in the folder.
    ///
    /// @param kind as in the object
    /// @param namespace empty for a kind that has none
    /// @param field path inside the object; of one that is not written down, the nearest around it
    public Optional<String> place(String kind, String namespace, String name, String field) {
        var wanted = new ObjectKey(kind, namespace, name);
        return new TreeMap<>(texts)
                .entrySet().stream()
                        .filter(file -> file.getValue().contains(name))
                        .flatMap(file ->
                                YamlText.documents(file.getKey(), file.getValue(), _ -> {}).orElse(List.of()).stream())
                        .flatMap(document -> line(document, wanted, field).stream())
                        .findFirst();
    }

    private static Optional<String> line(YamlDocument document, ObjectKey wanted, String field) {
        var items = document.content().path("items");
        if (isObject(document.content(), wanted)) {
            return Optional.of(document.file() + ":" + document.lineOf(field));
        }
        for (var i = 0; i < items.size(); i++) {
            if (isObject(items.path(i), wanted)) {
                var path = YamlDocument.child(YamlDocument.child("items", i), field);
                return Optional.of(document.file() + ":" + document.lineOf(path));
            }
        }
        return Optional.empty();
    }

    private static boolean isObject(JsonNode json, ObjectKey wanted) {
        var metadata = json.path("metadata");
        var namespace =
                wanted.namespace().isEmpty() ? "" : metadata.path("namespace").asString("default");
        return json.path("kind").asString("").equals(wanted.kind())
                && namespace.equals(wanted.namespace())
                && metadata.path("name").asString("").equals(wanted.name());
    }
}
