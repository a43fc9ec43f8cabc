package dev.sekisho.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.names.ClusterName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/// What a real API server said of objects, file by file, and what we say of the same text in a folder. The files are
/// not part of this project: the system property `sekisho.cases` names the folder that holds `apiserver/*.jsonl`, and
/// without it the tests are skipped.
class ApiServerAnswersTest {
    private static final Path FOLDER = Path.of(System.getProperty("sekisho.cases", "absent"), "apiserver");

    /// Where a folder differs on purpose (docs/operating.md): `true` is what the API server says.
    private static final Map<String, Boolean> ON_PURPOSE = new TreeMap<>(Map.of(
            // A host's process is no container, and listens on the loopback.
            "pod-nocont", false,
            "pod-noimage", false,
            "pod-nospec", false,
            "es4-loop", false,
            "es6-loop", false,
            // What only the cluster itself knows: its address range, its service accounts.
            "svcs-cip-range", false,
            "pod-sa-dot", false,
            // Nobody is there to make up a name.
            "np-genname", true));

    @TestFactory
    Stream<DynamicTest> a_folder_takes_and_refuses_what_a_real_api_server_did() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            var skipped = "there are no answers in " + FOLDER + " (system property sekisho.cases)";
            System.out.println("Tests over an API server's answers are skipped: " + skipped);
            return Stream.of(DynamicTest.dynamicTest(skipped, () -> abort(skipped)));
        }
        try (var files = Files.list(FOLDER)) {
            return files
                    .filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(
                            String.valueOf(file.getFileName()),
                            () -> assertThat(differences(file)).isEmpty()))
                    .toList()
                    .stream();
        }
    }

    private static List<String> differences(Path file) throws IOException {
        var mapper = JsonMapper.builder().build();
        var differences = new ArrayList<String>();
        for (var line : Files.readAllLines(file)) {
            var answer = mapper.readTree(line);
            var accepted = answer.path("accepted").asBoolean();
            var id = answer.path("id").asString();
            var problems = new ArrayList<Problem>();
            new ObjectReader(new ClusterName("tokyo"), List.of("IPv4", "IPv6"))
                    .read("objects.yaml", answer.path("yaml").asString(), problems::add);
            var differs = accepted != problems.isEmpty();
            if (differs != Objects.equals(ON_PURPOSE.get(id), accepted)) {
                differences.add(id + ": " + answer.path("yaml").asString() + "API server: "
                        + (accepted ? "accepted" : answer.path("message").asString()) + "; here: " + problems);
            }
        }
        return differences;
    }
}
