package dev.sekisho.controlplane.cases;

import dev.sekisho.controlplane.standalone.ObjectReader;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.TextFile;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.controlplane.yaml.YamlText;
import dev.sekisho.names.ClusterName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A file of policy cases: one JSON object a line, or in a `.yaml` file one document each. Four shapes are known, told
/// apart by what they hold:
///
/// - `steps`: states of a cluster, each with who must reach whom; see `CaseStep` and `ReachabilityCase`
/// - `policy`, `valid`: a NetworkPolicy that an API server takes or refuses
/// - `selector`, `labels`, `match` (or `error`): a label selector
/// - `ip`, `cidr`, `member`: an address block
///
/// A case with `disputed` is one whose expectation we do not share; it is judged and told, but is no mistake.
public final class CaseFile {
    /// Whose policies are judged, and of which all pods are that name no other cluster.
    static final ClusterName CLUSTER = new ClusterName("tokyo");

    private final Path file;
    private final String name;
    private final Tally tally;
    private final ObjectReader objects = new ObjectReader(CLUSTER, List.of("IPv4", "IPv6"));

    private CaseFile(Path file) {
        this.file = file;
        this.name = String.valueOf(file.getFileName());
        this.tally = new Tally(name);
    }

    /// Judges every case. Any thread, which is blocked until it is done.
    ///
    /// @throws IOException when the file cannot be read
    public static CaseReport run(Path file) throws IOException {
        return new CaseFile(file).run();
    }

    private CaseReport run() throws IOException {
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            var problems = new ArrayList<Problem>();
            YamlText.documents(name, TextFile.read(file, name), problems::add)
                    .orElse(List.of())
                    .forEach(this::judge);
            problems.forEach(this::unreadable);
            return tally.report();
        }
        var number = 0;
        for (var line : TextFile.read(file, name).lines().toList()) {
            number++;
            if (!line.isBlank()) {
                judge(number, line);
            }
        }
        return tally.report();
    }

    private void judge(int line, String text) {
        try {
            judge(new YamlDocument(name, line, JsonMapper.shared().readTree(text), Map.of()));
        } catch (JacksonException e) {
            unreadable(new Problem(name, line, "", "is no JSON: " + inWords(e)));
        }
    }

    // Jackson ends with a source that it does not show.
    private static String inWords(JacksonException e) {
        var reason = String.valueOf(e.getOriginalMessage());
        var source = reason.indexOf(" (start marker at");
        return (source < 0 ? reason : reason.substring(0, source)) + ", column "
                + e.getLocation().getColumnNr();
    }

    private void unreadable(Problem problem) {
        tally.beginCase("line " + problem.line(), problem.line(), Optional.empty());
        tally.unreadable(List.of(problem));
        tally.endCase();
    }

    private void judge(YamlDocument document) {
        var content = document.content();
        tally.beginCase(
                content.path("id").asString("line " + document.line()),
                document.line(),
                Optional.of(content.path("disputed")).filter(JsonNode::isString).map(JsonNode::asString));
        try {
            judge(document, content);
        } catch (IllegalArgumentException e) {
            tally.unreadable(List.of(document.problem("", String.valueOf(e.getMessage()))));
        }
        tally.endCase();
    }

    private void judge(YamlDocument document, JsonNode content) {
        if (content.has("steps")) {
            new ReachabilityCase(document, objects, tally).judge();
        } else if (content.has("policy")) {
            ObjectCase.validity(document, objects, tally);
        } else if (content.has("selector")) {
            ObjectCase.selector(document, objects, tally);
        } else if (content.has("cidr")) {
            ObjectCase.block(document, tally);
        } else {
            tally.unreadable(List.of(document.problem("", "is no case: it has none of steps, policy, selector, cidr")));
        }
    }
}
