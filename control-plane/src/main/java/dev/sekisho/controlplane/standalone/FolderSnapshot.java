package dev.sekisho.controlplane.standalone;

import static java.util.stream.Collectors.joining;

import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.policy.PolicyWorld;
import dev.sekisho.controlplane.policy.WrittenPolicy;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.TextFile;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.controlplane.yaml.YamlText;
import dev.sekisho.names.ClusterName;
import dev.sekisho.policy.PolicyMode;
import dev.sekisho.policy.compiled.PolicyScope;
import dev.sekisho.policy.compiled.PolicySet;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What a folder of YAML says at this moment, read once: for commands that judge a cluster without running it.
/// Immutable.
///
/// @param settings what `cluster.yaml` says, or what stood in for it; empty when there is neither
/// @param scope the cluster as `settings` say it is; without any it is `local`, and enforces
/// @param policies those of `view`, as they are written, in the order of their names
/// @param problems of the files that are not part of `view`
/// @param objects how many they define
/// @param texts by file
public record FolderSnapshot(
        Optional<StandaloneSettings> settings,
        PolicyScope scope,
        ClusterView view,
        List<WrittenPolicy> policies,
        List<Problem> problems,
        int objects,
        Map<String, String> texts) {
    public FolderSnapshot {
        policies = List.copyOf(policies);
        problems = List.copyOf(problems);
        texts = Map.copyOf(texts);
    }

    /// Blocks the calling thread.
    ///
    /// @throws IOException when the folder or a file in it cannot be read
    /// @throws IllegalArgumentException when `cluster.yaml` is not right
    public static FolderSnapshot read(Path folder) throws IOException {
        return read(folder, Optional.empty());
    }

    /// As the other one.
    ///
    /// @param otherwise stands in for `cluster.yaml` in a folder without it
    public static FolderSnapshot read(Path folder, Optional<StandaloneSettings> otherwise) throws IOException {
        var listing = list(folder);
        var settings = listing.files().containsKey(ClusterFile.NAME) ? Optional.of(settings(folder)) : otherwise;
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
        return new FolderSnapshot(
                settings,
                scope,
                view,
                policies(versions.definitions()),
                versions.problems(),
                versions.definitions().size(),
                texts);
    }

    private static StandaloneSettings settings(Path folder) throws IOException {
        var problems = new ArrayList<Problem>();
        return ClusterFile.parse(folder, text(folder, ClusterFile.NAME), problems::add)
                .filter(_ -> problems.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        problems.stream().map(Problem::toString).collect(joining("\n"))));
    }

    private static List<WrittenPolicy> policies(List<Definition> definitions) {
        return definitions.stream()
                .filter(Definition.PolicyObject.class::isInstance)
                .map(object -> ((Definition.PolicyObject) object).written())
                .sorted(Comparator.comparing(written -> written.policy().name()))
                .toList();
    }

    /// The cluster with its policies compiled.
    public PolicyWorld world() {
        return new PolicyWorld(view, new PolicySet(scope, view.policies()), policies, members());
    }

    /// A folder that does not name its own cluster, or no other, does not know all of them.
    private Set<ClusterName> members() {
        return settings.isEmpty() || view.peers().isEmpty()
                ? Set.of()
                : scope.memberLabels().keySet();
    }

    private static FolderListing list(Path folder) throws IOException {
        try {
            var listing = FolderListing.ofAny(folder);
            if (!listing.unreadable().isEmpty()) {
                throw new IOException(new TreeMap<>(listing.unreadable())
                        .entrySet().stream()
                                .map(subfolder -> subfolder.getKey() + " " + subfolder.getValue())
                                .collect(joining(", ")));
            }
            return listing;
        } catch (NotDirectoryException e) {
            throw new IOException("it is no folder", e);
        } catch (AccessDeniedException e) {
            throw new IOException("permission denied", e);
        }
    }

    private static String text(Path folder, String file) throws IOException {
        try {
            return TextFile.read(folder.resolve(file), file);
        } catch (AccessDeniedException | NoSuchFileException e) {
            throw new IOException(file + " " + FolderListing.reason(e), e);
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
