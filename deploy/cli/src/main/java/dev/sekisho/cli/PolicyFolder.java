package dev.sekisho.cli;

import dev.sekisho.controlplane.explain.VerdictText;
import dev.sekisho.controlplane.policy.PolicyWorld;
import dev.sekisho.controlplane.standalone.FolderSnapshot;
import dev.sekisho.controlplane.standalone.StandaloneSettings;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.policy.PolicyName;
import dev.sekisho.policy.Verdict;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A folder of YAML whose policies a command judges by itself, without a running program.
record PolicyFolder(Path directory, FolderSnapshot snapshot, PolicyWorld world) {
    /// Two states of one cluster: a `cluster.yaml` that is in only one of the folders counts for both.
    record Pair(PolicyFolder before, PolicyFolder after) {
        /// @throws UserError as for each of them, and when they are of two clusters
        static Pair read(Path before, Path after) {
            var first = PolicyFolder.read(before);
            var is = PolicyFolder.read(after, first.snapshot().settings());
            var was = PolicyFolder.read(before, is.snapshot().settings());
            var one = was.snapshot().scope().cluster();
            var other = is.snapshot().scope().cluster();
            if (!one.equals(other)) {
                throw new UserError(before + " is of cluster " + one + " and " + after + " of " + other
                        + ": they must be two states of one cluster");
            }
            return new Pair(was, is);
        }
    }

    /// @throws UserError when it cannot be read whole: what is missing might be a policy
    static PolicyFolder read(Path directory) {
        return read(directory, Optional.empty());
    }

    private static PolicyFolder read(Path directory, Optional<StandaloneSettings> otherwise) {
        try {
            var snapshot = FolderSnapshot.read(directory, otherwise);
            if (!snapshot.problems().isEmpty()) {
                throw new UserError("in " + directory + ":\n"
                        + snapshot.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
            }
            if (snapshot.objects() == 0) {
                throw new UserError(
                        directory + " has no object of a kind that is judged here: it must be a folder of YAML");
            }
            return new PolicyFolder(directory, snapshot, snapshot.world());
        } catch (NoSuchFileException e) {
            throw new UserError(directory + " is not there: it must be a folder of YAML", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new UserError(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// `file:line`, or nothing when it stands nowhere.
    ///
    /// @param field path inside the object
    String place(PolicyName policy, String field) {
        return snapshot.place(policy.kind().toString(), policy.namespace(), policy.name(), field)
                .orElse("");
    }

    /// Who decided, with the lines it stands in: a rule, or the policies that isolate the pod.
    String inWords(Verdict verdict) {
        var direction = verdict.direction().name().toLowerCase(Locale.ROOT);
        var places = places(verdict, "spec." + direction);
        return direction + " " + VerdictText.of(verdict)
                + (places.isEmpty() ? "" : " (" + String.join(", ", places) + ")");
    }

    private List<String> places(Verdict verdict, String rules) {
        var rule = switch (verdict) {
            case Verdict.Allowed allowed -> allowed.by();
            case Verdict.Denied denied -> denied.by();
        };
        var isolating = verdict instanceof Verdict.Denied denied ? denied.isolatedBy() : List.<PolicyName>of();
        var audited = verdict instanceof Verdict.Allowed allowed ? allowed.audited() : Optional.<Verdict.Denied>empty();
        return Stream.of(
                        rule.stream().map(each -> place(each.policy(), rules + "[" + each.index() + "]")),
                        isolating.stream().map(policy -> place(policy, rules)),
                        audited.stream().flatMap(denied -> places(denied, rules).stream()))
                .flatMap(Function.identity())
                .filter(place -> !place.isEmpty())
                .distinct()
                .toList();
    }
}
