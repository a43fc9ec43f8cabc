package dev.sekisho.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Helm chart, and the files that are made from it: `deploy/helm/golden`, to see in a review what a change of the
/// chart does, and `deploy/manifests`, for those who do not use Helm.
class ChartTest {
    private static final Path DEPLOY = SekishoScript.root().resolve("deploy");
    private static final Path GOLDEN = DEPLOY.resolve("helm/golden");
    private static final Path CRDS = DEPLOY.resolve("crds");
    private static final String REWRITE = "sekisho.rewriteManifests";
    private static final String COMMAND = "mvn -pl deploy/e2e -am verify -Dtest=ChartTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -D" + REWRITE + "=true";
    private static final String NAMESPACE = """
        # Made from deploy/helm/sekisho. Which cluster this is, the ClusterProperty objects cluster.clusterset.k8s.io and
        # clusterset.k8s.io say (their kind: deploy/crds/optional).
        apiVersion: v1
        kind: Namespace
        metadata:
          name: sekisho-system
          labels:
            pod-security.kubernetes.io/enforce: restricted
        """;

    @ParameterizedTest
    @ValueSource(strings = {"default", "full"})
    void it_renders_the_golden_files(String values) throws IOException {
        var rendered = Chart.template()
                .withValuesFile(GOLDEN.resolve(values + ".values.yaml"))
                .skipCrds()
                .call();

        isMadeFromTheChart(GOLDEN.resolve(values + ".yaml"), rendered);
    }

    @Test
    void the_plain_manifests_are_the_namespace_the_resource_definitions_and_the_chart() throws IOException {
        var rendered = fromClusterProperties().skipCrds().call();
        var manifests = new StringBuilder(NAMESPACE);
        for (var definition : definitions()) {
            manifests.append("---\n").append(Files.readString(definition));
        }

        isMadeFromTheChart(DEPLOY.resolve("manifests/sekisho.yaml"), manifests + rendered);
    }

    @Test
    void it_brings_the_resource_definitions_of_deploy_crds() throws IOException {
        for (var definition : definitions()) {
            isMadeFromTheChart(
                    Chart.FOLDER.resolve("crds").resolve(definition.getFileName()), Files.readString(definition));
        }
        assertThat(Chart.FOLDER.resolve("crds").toFile().list()).hasSameSizeAs(definitions());
    }

    private static List<Path> definitions() throws IOException {
        try (var files = Files.list(CRDS)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void isMadeFromTheChart(Path file, String wanted) throws IOException {
        if (Boolean.getBoolean(REWRITE)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, wanted);
        }
        assertThat(file)
                .as("not what the chart and deploy/crds say; to write it anew: " + COMMAND)
                .exists()
                .content()
                .isEqualTo(wanted);
    }

    @Test
    void helm_lint_finds_nothing() {
        var found = Chart.helm().lint().strict().quiet().call();

        assertThat(found.isFailed()).as("%s", found.getMessages()).isFalse();
    }

    @Test
    void it_is_of_the_version_that_is_built() throws IOException {
        var version = System.getProperty("sekisho.version");

        assertThat(Files.readAllLines(Chart.FOLDER.resolve("Chart.yaml")))
                .contains("version: " + version, "appVersion: " + version);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        cluster.clusterSet=demo                                                                      | cluster.name is required
        cluster.name=tokyo                                                                           | cluster.clusterSet is required
        cluster.name=tokyo cluster.fromClusterProperties=true                                        | must be left out
        cluster.name=Tokyo cluster.clusterSet=demo                                                   | 'Tokyo' does not match
        cluster.name=tokyo cluster.clusterSet=demo gateway.replica=2                                 | 'replica' not allowed
        cluster.name=tokyo cluster.clusterSet=demo deny=refuse                                       | /deny
        cluster.name=tokyo cluster.clusterSet=demo gateway.service.type=ClusterIP gateway.service.nodePort=30743 | gateway.service.nodePort needs
        """)
    void a_wrong_value_is_refused_by_its_name(String values, String reason) {
        var template = Chart.template();
        for (var value : values.split(" ", -1)) {
            var equals = value.indexOf('=');
            template.set(value.substring(0, equals), value.substring(equals + 1));
        }

        assertThatThrownBy(template::call).hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "full"})
    void the_programs_understand_the_settings_it_writes(String values, @TempDir Path folder) throws Exception {
        var settings = Chart.objects(Files.readString(GOLDEN.resolve(values + ".yaml"))).stream()
                .filter(object -> "ConfigMap".equals(object.get("kind")))
                .map(object -> String.valueOf(at(object, "data").get("settings.yaml")))
                .toList();
        assertThat(settings).hasSize(1);
        var file = Files.writeString(folder.resolve("settings.yaml"), settings.getFirst());
        var gateway = new ProcessBuilder(DEPLOY.resolve("sekisho").toString(), "gateway", "--settings", file.toString())
                .redirectErrorStream(true);
        gateway.environment().putAll(Map.of("POD_NAME", "try", "POD_NAMESPACE", "sekisho-system"));

        var output = gateway.start().getInputStream().readAllBytes();

        // It reads the settings first, and here there is no certificate to go on with.
        assertThat(new String(output, StandardCharsets.UTF_8).lines())
                .last()
                .asString()
                .startsWith("sekisho: identity.directory: /etc/sekisho/tls");
    }

    @Test
    void every_container_runs_without_rights_on_its_node() {
        var deployments = Chart.objects(fromClusterProperties().call()).stream()
                .filter(object -> "Deployment".equals(object.get("kind")))
                .toList();

        assertThat(deployments).hasSize(2).allSatisfy(deployment -> {
            var pod = at(deployment, "spec", "template", "spec");
            assertThat(at(pod, "securityContext"))
                    .containsEntry("runAsNonRoot", true)
                    .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
            assertThat((List<?>) pod.get("containers"))
                    .singleElement()
                    .extracting(container -> ((Map<?, ?>) container).get("securityContext"))
                    .isEqualTo(Map.of(
                            "allowPrivilegeEscalation",
                            false,
                            "readOnlyRootFilesystem",
                            true,
                            "capabilities",
                            Map.of("drop", List.of("ALL"))));
            assertThat(pod.get("hostNetwork")).isNull();
        });
    }

    @Test
    void a_gateway_has_no_rights_at_the_api_server() {
        var objects = Chart.objects(fromClusterProperties().call());

        assertThat(objects)
                .filteredOn(object -> String.valueOf(object.get("kind")).endsWith("Binding"))
                .isNotEmpty()
                .allSatisfy(binding ->
                        assertThat(String.valueOf(binding.get("subjects"))).doesNotContain("sekisho-gateway"));
        assertThat(objects)
                .filteredOn(object ->
                        "sekisho-gateway".equals(at(object, "metadata").get("name")))
                .filteredOn(object -> "Deployment".equals(object.get("kind")))
                .singleElement()
                .satisfies(gateway -> assertThat(at(gateway, "spec", "template", "spec"))
                        .containsEntry("automountServiceAccountToken", false));
    }

    private static TemplateCommand fromClusterProperties() {
        return Chart.template().set("cluster.fromClusterProperties", true);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> at(Map<?, ?> object, String... path) {
        Object found = object;
        for (var name : path) {
            found = requireNonNull(((Map<?, ?>) found).get(name), name);
        }
        return (Map<String, Object>) found;
    }
}
