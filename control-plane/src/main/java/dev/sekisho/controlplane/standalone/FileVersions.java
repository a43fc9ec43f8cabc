package dev.sekisho.controlplane.standalone;

import dev.sekisho.controlplane.yaml.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What each file of the folder says and which version of it is in force. Immutable.
///
/// A file is in force as a whole: its newest version when that is sound, else the last one that was. No two files in
/// force define the same object; when they would, the file that had it first keeps it.
record FileVersions(Map<String, Versions> files) {
    static final FileVersions NONE = new FileVersions(Map.of());

    FileVersions {
        files = Map.copyOf(files);
    }

    /// @param line where the object begins
    record Defined(int line, Definition definition) {}

    /// @param newest what the file holds now; empty when that cannot be used by itself
    /// @param inForce empty when no version ever was
    /// @param problems why the newest version is not in force; empty when it is
    record Versions(Optional<List<Defined>> newest, Optional<List<Defined>> inForce, List<Problem> problems) {
        Versions {
            newest = newest.map(List::copyOf);
            inForce = inForce.map(List::copyOf);
            problems = List.copyOf(problems);
        }
    }

    /// The file now holds these definitions, each of them sound.
    FileVersions read(String file, List<Defined> definitions) {
        return with(file, new Versions(Optional.of(definitions), inForce(file), List.of()));
    }

    /// What the file now holds cannot be used.
    FileVersions refuse(String file, List<Problem> problems) {
        return with(file, new Versions(Optional.empty(), inForce(file), problems));
    }

    FileVersions remove(String file) {
        var left = new HashMap<>(files);
        left.remove(file);
        return new FileVersions(left);
    }

    /// Puts in force what can be, once every change is told.
    FileVersions decide() {
        var chosen = new TreeMap<String, List<Defined>>();
        var conflicts = new HashMap<String, List<Problem>>();
        files.forEach((file, versions) ->
                chosen.put(file, versions.newest().or(versions::inForce).orElse(List.of())));
        // Each round takes at least one file back to its version in force, and those do not conflict.
        for (var losers = conflicts(chosen); !losers.isEmpty(); losers = conflicts(chosen)) {
            losers.forEach((file, problems) -> {
                conflicts.put(file, problems);
                chosen.put(file, inForce(file).orElse(List.of()));
            });
        }
        var decided = new HashMap<String, Versions>();
        files.forEach((file, versions) -> decided.put(file, decided(file, versions, chosen, conflicts)));
        return new FileVersions(decided);
    }

    private static Versions decided(
            String file, Versions versions, Map<String, List<Defined>> chosen, Map<String, List<Problem>> conflicts) {
        if (versions.newest().isEmpty()) {
            return versions;
        }
        var lost = conflicts.get(file);
        return lost != null
                ? new Versions(versions.newest(), versions.inForce(), lost)
                : new Versions(versions.newest(), Optional.ofNullable(chosen.get(file)), List.of());
    }

    private Map<String, List<Problem>> conflicts(Map<String, List<Defined>> chosen) {
        var owners = new HashMap<String, Owner>();
        chosen.forEach((file, definitions) -> {
            var held = claims(inForce(file).orElse(List.of()));
            claims(definitions).forEach((claim, defined) -> {
                var owner = new Owner(file, defined, held.containsKey(claim));
                owners.merge(claim, owner, (one, other) -> other.held() && !one.held() ? other : one);
            });
        });
        var losers = new HashMap<String, List<Problem>>();
        chosen.forEach((file, definitions) -> claims(definitions).forEach((claim, defined) -> {
            var owner = owners.get(claim);
            if (owner != null && !owner.file().equals(file)) {
                losers.computeIfAbsent(file, _ -> new ArrayList<>()).add(conflict(file, claim, defined, owner));
            }
        }));
        return losers;
    }

    private static Problem conflict(String file, String claim, Defined defined, Owner owner) {
        return new Problem(
                file,
                defined.line(),
                field(claim),
                claim + " is already given in " + owner.file() + ":"
                        + owner.defined().line());
    }

    static String field(String claim) {
        return claim.startsWith("pod address ") ? "status.podIP" : "metadata.name";
    }

    static Map<String, Defined> claims(List<Defined> definitions) {
        var claims = new TreeMap<String, Defined>();
        definitions.forEach(defined -> defined.definition().claims().forEach(claim -> claims.put(claim, defined)));
        return claims;
    }

    /// Everything that is in force.
    List<Definition> definitions() {
        return new TreeMap<>(files)
                .values().stream()
                        .flatMap(versions -> versions.inForce().stream())
                        .flatMap(List::stream)
                        .map(Defined::definition)
                        .toList();
    }

    /// Of all files, in order of file and line.
    List<Problem> problems() {
        return new TreeMap<>(files)
                .values().stream()
                        .flatMap(versions -> versions.problems().stream())
                        .toList();
    }

    private Optional<List<Defined>> inForce(String file) {
        return Optional.ofNullable(files.get(file)).flatMap(Versions::inForce);
    }

    private FileVersions with(String file, Versions versions) {
        var changed = new HashMap<>(files);
        changed.put(file, versions);
        return new FileVersions(changed);
    }

    private record Owner(String file, Defined defined, boolean held) {}
}
