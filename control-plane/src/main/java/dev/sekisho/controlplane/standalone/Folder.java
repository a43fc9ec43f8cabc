package dev.sekisho.controlplane.standalone;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import dev.sekisho.controlplane.clusterset.ClusterView;
import dev.sekisho.controlplane.clusterset.ClusterView.WrittenImport;
import dev.sekisho.controlplane.standalone.FolderFiles.Changes;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.names.ServiceName;
import dev.sekisho.policy.Cidr;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster's folder as it is in force. Confined to one thread, which it blocks.
final class Folder {
    private static final Logger log = LoggerFactory.getLogger(Folder.class);
    private static final int MAX_PROBLEMS_OF_A_FILE = 100;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    /// For as long a file must hold still that was seen to change.
    private static final Duration TO_BE_WRITTEN = Duration.ofMillis(100);
    /// For as long one must be missing to be gone.
    private static final Duration TO_COME_BACK = Duration.ofMillis(200);

    private final StandaloneSettings settings;
    private final FolderFiles files;
    private final ObjectReader reader;
    private final ExportTimes exportTimes;
    private final Map<String, HashCode> contents = new HashMap<>();
    private FileVersions versions = FileVersions.NONE;
    private List<Problem> unreadable = List.of();
    private Set<String> unsettled = Set.of();
    private boolean settingsChanged;
    private Duration pause = BETWEEN_LOOKS;

    Folder(StandaloneSettings settings, InstantSource clock, ExportTimes exportTimes) {
        this.settings = settings;
        this.files = new FolderFiles(settings.directory(), () -> FolderListing.of(settings.directory()), clock);
        this.reader = new ObjectReader(settings.cluster(), ipFamilies(settings.importAddresses()));
        this.exportTimes = exportTimes;
    }

    /// The family of the first pool is the cluster's usual one.
    static List<String> ipFamilies(List<Cidr> pools) {
        var families = new LinkedHashSet<String>();
        pools.forEach(pool -> families.add(pool.address().getAddress().length == 4 ? "IPv4" : "IPv6"));
        return families.isEmpty() ? List.of("IPv4") : List.copyOf(families);
    }

    void recall() {
        exportTimes.recall();
    }

    /// Takes in what has changed since the last look.
    ///
    /// @return whether anything may be in force now that was not, or the other way round
    boolean look() {
        var changes = files.look();
        unreadable = changes.unreadable();
        unsettled = changes.unsettled();
        pause = pauseAfter(changes);
        if (changes.isEmpty()) {
            return false;
        }
        changes.texts().forEach((file, text) -> {
            // A touched file is no news.
            var content = Hashing.sha256().hashString(text, StandardCharsets.UTF_8);
            if (!content.equals(contents.put(file, content))) {
                read(file, text);
            }
        });
        changes.refused().forEach((file, problem) -> {
            contents.remove(file);
            versions = versions.refuse(file, List.of(problem));
        });
        changes.removed().forEach(file -> {
            contents.remove(file);
            versions = versions.remove(file);
        });
        versions = versions.decide();
        return true;
    }

    /// For how long to leave the folder alone after the last look.
    Duration pause() {
        return pause;
    }

    private static Duration pauseAfter(Changes changes) {
        if (!changes.missing().isEmpty()) {
            return TO_COME_BACK;
        }
        return changes.unsettled().isEmpty() ? BETWEEN_LOOKS : TO_BE_WRITTEN;
    }

    private void read(String file, String text) {
        var problems = new ArrayList<Problem>();
        if (file.equals(ClusterFile.NAME)) {
            var now = ClusterFile.parse(settings.directory(), text, problems::add);
            settingsChanged = problems.isEmpty() && !now.equals(Optional.of(settings));
            if (settingsChanged) {
                log.atWarn()
                        .addKeyValue("file", file)
                        .log("The cluster's settings have changed; they take effect with the next start");
            }
            versions = problems.isEmpty() ? versions.read(file, List.of()) : versions.refuse(file, problems);
            return;
        }
        var defined = reader.read(file, text, problems::add);
        versions = problems.isEmpty() ? versions.read(file, defined) : versions.refuse(file, shortened(problems));
    }

    private static List<Problem> shortened(List<Problem> problems) {
        if (problems.size() <= MAX_PROBLEMS_OF_A_FILE) {
            return problems;
        }
        var shown = new ArrayList<>(problems.subList(0, MAX_PROBLEMS_OF_A_FILE));
        var more = problems.size() - MAX_PROBLEMS_OF_A_FILE;
        shown.add(new Problem(problems.getFirst().file(), 0, "", "has " + more + " more problems"));
        return shown;
    }

    /// What must be read or mended before it is known what the folder holds, in words.
    List<String> waitingFor() {
        var missing = new ArrayList<>(problems().stream().map(Problem::toString).toList());
        unsettled.stream().sorted().forEach(file -> missing.add(file + ": is being written"));
        return missing;
    }

    /// What keeps the folder from being in force as it is, in the order of the files.
    List<Problem> problems() {
        var problems = new ArrayList<>(unreadable);
        problems.addAll(versions.problems());
        return problems;
    }

    /// Whether `cluster.yaml` is sound, and not what we were started with.
    boolean hasNewSettings() {
        return settingsChanged;
    }

    /// The files of which some version is in force.
    Set<String> filesInForce() {
        return versions.files().entrySet().stream()
                .filter(entry -> entry.getValue().inForce().isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    ClusterView view(Map<ServiceName, WrittenImport> imports) {
        var view = FolderView.of(versions.definitions(), exportTimes::firstSeen, imports);
        exportTimes.keepOnly(view.exports().keySet());
        return view;
    }
}
