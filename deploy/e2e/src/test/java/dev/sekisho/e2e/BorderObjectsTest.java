package dev.sekisho.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a real API server says of the objects by which a unit test of the same name judges our own reader, so that a
/// Kubernetes that says otherwise shows itself.
@OnRealKubernetes
class BorderObjectsTest {
    private static final Path ROOT = Path.of(System.getProperty("sekisho.root"));
    private static final Path OBJECTS = ROOT.resolve("control-plane/src/test/resources/apiserver/border-objects.yaml");
    private static final String ACCOUNT = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}}";
    private static final LabCluster CLUSTER = new LabCluster(ROOT);

    @BeforeAll
    static void up() throws Exception {
        CLUSTER.upWithoutNode();
        CLUSTER.applyDefinitions();
        CLUSTER.kubectl("create", "namespace", "border").succeeds();
        CLUSTER.kubectlReading(ACCOUNT, "apply", "-n", "border", "-f", "-").succeeds();
    }

    @AfterAll
    static void down() throws Exception {
        CLUSTER.down();
    }

    @Test
    void the_api_server_says_what_is_expected() throws Exception {
        var differences = new ArrayList<String>();

        for (var object : Arrays.stream(Files.readString(OBJECTS).split("(?m)^---\n", -1))
                .skip(1)
                .toList()) {
            var answer = CLUSTER.kubectlReading(object, "create", "--dry-run=server", "--validate=strict", "-f", "-");
            if ((answer.status() == 0) != object.startsWith("# accepted: ")) {
                differences.add(object + answer.said());
            }
        }

        assertThat(differences).isEmpty();
    }
}
