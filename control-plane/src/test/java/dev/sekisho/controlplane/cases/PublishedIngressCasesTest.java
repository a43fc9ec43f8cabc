package dev.sekisho.controlplane.cases;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sekisho.controlplane.cases.FarCallers.Rewriting;
import dev.sekisho.controlplane.standalone.ObjectReader;
import dev.sekisho.controlplane.yaml.Problem;
import dev.sekisho.controlplane.yaml.YamlDocument;
import dev.sekisho.controlplane.yaml.YamlText;
import dev.sekisho.names.TargetPort;
import dev.sekisho.names.Transport;
import dev.sekisho.policy.Endpoint;
import dev.sekisho.policy.Verdict;
import dev.sekisho.policy.Verdict.Denied;
import dev.sekisho.policy.compiled.PolicySet;
import dev.sekisho.policy.published.NamespaceIngress;
import dev.sekisho.policy.published.PublishedIngress;
import dev.sekisho.policy.published.PublishedIngress.Subject;
import dev.sekisho.policy.published.PublishedIngressCodec;
import dev.sekisho.policy.published.RemoteIngress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// Both ends give the same verdict: what the exporter's policies say of a caller from another cluster, and what that
/// cluster says by the rules that the exporter has published. Over all cases, our own and, where they are (see
/// [PublishedCasesTest]), those that others have published.
class PublishedIngressCasesTest {
    private static final Path FOLDER = Path.of(System.getProperty("sekisho.cases", "absent"), "netpol");

    private final ObjectReader objects = new ObjectReader(CaseFile.CLUSTER, List.of("IPv4", "IPv6"));
    private long allowed;
    private long denied;

    @ParameterizedTest
    @EnumSource
    void the_verdicts_of_our_own_cases(Rewriting rewriting) throws Exception {
        for (var file : List.of(
                "network-policy.yaml",
                "clusters.yaml",
                "cluster-network-policy.yaml",
                "cluster-set-network-policy.yaml")) {
            var table = PublishedIngressCasesTest.class.getResource("/cases/" + file);
            assertThat(table).as(file).isNotNull();
            var problems = new ArrayList<Problem>();
            YamlText.documents(file, Files.readString(Path.of(table.toURI())), problems::add)
                    .orElseThrow()
                    .forEach(document -> compare(document, rewriting));
            assertThat(problems).isEmpty();
        }

        assertThat(allowed).isPositive();
        assertThat(denied).isPositive();
    }

    @TestFactory
    Stream<DynamicTest> the_verdicts_of_every_published_case() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            var skipped = "there are no published cases in " + FOLDER + " (system property sekisho.cases)";
            System.out.println("Tests over published policy cases are skipped: " + skipped);
            return Stream.of(DynamicTest.dynamicTest(skipped, () -> abort(skipped)));
        }
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList().stream()
                    .filter(PublishedIngressCasesTest::holdsSteps)
                    .flatMap(file -> EnumSet.allOf(Rewriting.class).stream()
                            .map(rewriting -> DynamicTest.dynamicTest(
                                    file.getFileName() + ", peers rewritten: " + rewriting,
                                    () -> new PublishedIngressCasesTest().compare(file, rewriting))));
        }
    }

    private static boolean holdsSteps(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.anyMatch(line -> line.contains("\"steps\""));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void compare(Path file, Rewriting rewriting) throws IOException {
        var number = 0;
        for (var line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank()) {
                compare(
                        new YamlDocument(
                                String.valueOf(file.getFileName()),
                                number,
                                JsonMapper.shared().readTree(line),
                                Map.of()),
                        rewriting);
            }
        }

        assertThat(allowed).isPositive();
        assertThat(denied).isPositive();
    }

    private void compare(YamlDocument document, Rewriting rewriting) {
        var steps = document.content().path("steps");
        for (var i = 0; i < steps.size(); i++) {
            var path = "steps[" + i + "]";
            var problems = new ArrayList<Problem>();
            var step = CaseStep.read(document, path, steps.get(i), objects, problems::add);
            if (problems.isEmpty()) { // else it is about what cannot be read
                compare(document + " " + path, FarCallers.of(step, rewriting));
            }
        }
    }

    private void compare(String where, FarCallers world) {
        var exporter = new PolicySet(world.scope(), world.policies());
        world.pods().stream().map(pod -> List.of(pod)).forEach(pods -> compare(where, world, exporter, pods));
        // Behind one service, a call is refused early only if it would be by all of them.
        world.pods().stream()
                .collect(groupingBy(pod -> pod.name().namespace()))
                .values()
                .forEach(pods -> compare(where, world, exporter, pods));
    }

    private void compare(String where, FarCallers world, PolicySet exporter, List<Endpoint.Pod> pods) {
        var namespace = pods.getFirst().name().namespace();
        var labels = pods.getFirst().namespaceLabels();
        var told = NamespaceIngress.of(world.scope(), namespace, labels, world.policies())
                .publish(pods.stream()
                        .map(pod -> new Subject(pod.labels(), pod.ports()))
                        .toList());
        var version = told.map(PublishedIngressCasesTest::version);
        var there = told.map(ingress -> sent(ingress, namespace, labels));
        assertThat(there.map(PublishedIngressCasesTest::version)).as(where).isEqualTo(version);
        var atCaller = there.map(RemoteIngress::of);
        for (var caller : world.callers()) {
            for (var transport : world.transports()) {
                for (var port : world.ports()) {
                    var verdicts = pods.stream()
                            .map(pod -> exporter.ingress(caller, pod, transport, port))
                            .toList();
                    var refusal = atCaller.flatMap(
                            ingress -> ingress.refusal(caller, transport, List.of(new TargetPort(port, ""))));
                    if (!agree(verdicts, refusal, version)) {
                        throw new AssertionError(differing(where, pods, caller, transport, port, verdicts, refusal));
                    }
                }
            }
        }
    }

    private boolean agree(List<Verdict> verdicts, Optional<Denied> refusal, Optional<String> version) {
        if (verdicts.stream().anyMatch(Verdict::isAllowed)) {
            allowed++;
            return refusal.isEmpty();
        }
        denied++;
        return refusal.isPresent()
                && Optional.of(refusal.get().policyVersion()).equals(version)
                && verdicts.stream()
                        .map(Denied.class::cast)
                        .anyMatch(verdict -> verdict.isolatedBy()
                                        .equals(refusal.get().isolatedBy())
                                && verdict.by().equals(refusal.get().by())
                                && verdict.passedBy().equals(refusal.get().passedBy()));
    }

    private static String differing(
            String where,
            List<Endpoint.Pod> pods,
            Endpoint.Pod caller,
            Transport transport,
            int port,
            List<Verdict> verdicts,
            Optional<Denied> refusal) {
        return where + "\n" + transport + "/" + port + " from " + caller + "\nto "
                + pods.stream().map(Endpoint.Pod::name).toList() + "\nexporter: " + verdicts + "\ncaller: " + refusal;
    }

    private static String version(PublishedIngress ingress) {
        return new PolicySet(ingress.scope(), ingress.policies()).version();
    }

    /// As the other cluster has it.
    private static PublishedIngress sent(PublishedIngress ingress, String namespace, Map<String, String> labels) {
        try {
            var bytes = PublishedIngressCodec.toWire(ingress).orElseThrow().toByteArray();
            return PublishedIngressCodec.fromWire(
                            dev.sekisho.policy.v1.PublishedIngress.parseFrom(bytes),
                            CaseFile.CLUSTER,
                            namespace,
                            labels)
                    .orElseThrow();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
