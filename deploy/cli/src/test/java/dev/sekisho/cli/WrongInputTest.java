package dev.sekisho.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Whatever a command is given, it answers in words and by one of three exit codes, and never with a stack trace.
class WrongInputTest {
    private static final int COMMANDS = 1_500;
    private static final int FILES = 600;
    private static final int KUBECONFIGS = 150;
    private static final int MOST_BYTES = 64 << 20;

    /// They run until they are stopped when nothing is wrong with their arguments, so something always is.
    private static final Map<String, List<String>> ALWAYS_WRONG = Map.of(
            "demo", List.of("--directory", "/"),
            "standalone", List.of("--end-with", Integer.toString(Integer.MAX_VALUE)),
            "gateway", List.of("--settings", "/none"),
            "control-plane", List.of("--settings", "/none"));

    private static final List<String> JUNK = List.of(
            "",
            " ",
            "-",
            "--",
            "..",
            "@",
            "@none",
            "a b",
            "\u0000",
            "\ud83e\udd80",
            "\ud83e",
            "%s%n",
            "${x}",
            "-1",
            "0",
            "65536",
            "99999999999999999999",
            "shop/db",
            "shop/db/db",
            "/",
            "shop/",
            "::1",
            "fe80::1%eth0",
            "[::1]:99999",
            "127.0.0.1:1",
            "tokyo.example:7443",
            "db.shop.svc.clusterset.local",
            "json",
            "yaml",
            "text",
            "a".repeat(300),
            "true",
            "null",
            "{}");

    private static final String CLUSTER = """
        apiVersion: sekisho.dev/v1alpha1
        kind: Cluster
        metadata: {name: tokyo}
        spec:
          clusterSet: test
          publicEndpoint: 127.99.0.1:7443
          listen: {public: "127.99.0.1:7443", sync: "127.99.0.1:7444", feed: "127.99.0.1:7445", dns: "127.99.0.1:5353", controlPlaneAdmin: "127.99.0.1:1", gatewayAdmin: "127.99.0.1:2"}
          importAddresses: [127.66.0.0/24]
        """;
    private static final String SHOP = """
        apiVersion: v1
        kind: Pod
        metadata: {name: db-0, namespace: shop, labels: {role: db}}
        spec: {containers: [{name: db, ports: [{name: redis, containerPort: 6379}]}]}
        status: {podIP: 10.0.0.1}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: db, namespace: shop}
        spec: {selector: {role: db}, ports: [{port: 6379, targetPort: redis}]}
        ---
        apiVersion: multicluster.x-k8s.io/v1beta1
        kind: ServiceExport
        metadata: {name: db, namespace: shop}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: other}}
        addressType: IPv4
        endpoints: [{addresses: [10.0.0.7], targetRef: {kind: Pod, name: db-0, namespace: shop}}]
        ports: [{port: 6379, protocol: TCP}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: db, namespace: shop}
        spec:
          podSelector: {matchLabels: {role: db}}
          ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {namespaceSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}}], ports: [{port: redis}]}]
        ---
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: all}
        spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{destinationNamedPort: redis}]}]}
        ---
        apiVersion: sekisho.dev/v1alpha1
        kind: Peer
        metadata: {name: osaka}
        spec: {endpoint: "osaka.example:7443"}
        """;
    private static final String CASES = """
        {"id": "a", "namespaces": {"shop": {}}, "pods": [{"namespace": "shop", "name": "web", "labels": {"role": "web"}, "ip": "10.0.0.1"}, {"namespace": "shop", "name": "db", "ip": "10.0.0.2", "ports": [{"port": 6379, "protocol": "TCP", "name": "redis"}]}], "networkPolicies": [{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "db", "namespace": "shop"}, "spec": {"podSelector": {}}}], "steps": [{"expect": {"matrix": {"TCP/80": {"combined": ["#X", "X#"]}}, "probes": [{"from": "ip:10.0.0.9", "to": "shop/db", "protocol": "TCP", "port": 80, "allowed": false}], "only": [{"to": "shop/db", "from": [], "port": "TCP/80"}], "connections": [{"src": "0.0.0.0-9.255.255.255[External]", "dst": "shop/db", "allowed": {"TCP": [[1, 2]]}}]}}]}
        {"id": "b", "selector": {"matchLabels": {"a": "b"}}, "labels": {"a": "b"}, "match": true}
        {"id": "c", "cidr": "10.0.0.0/8", "ip": "10.0.0.1", "member": true}
        {"id": "d", "policy": {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": {"podSelector": {}}}, "valid": true}
        """;
    private static final String KUBECONFIG = """
        apiVersion: v1
        kind: Config
        current-context: tokyo
        clusters: [{name: tokyo, cluster: {server: "https://127.99.0.1:1"}}]
        contexts: [{name: tokyo, context: {cluster: tokyo, user: me}}]
        users: [{name: me, user: {token: t}}]
        """;
    private static final String KUBECONFIG_WITH_KEYS = """
        apiVersion: v1
        kind: Config
        preferences: {}
        current-context: tokyo
        clusters:
        - name: tokyo
          cluster: {server: "https://127.99.0.1:1", certificate-authority-data: QUFBQQ==, tls-server-name: tokyo.example}
        contexts:
        - name: tokyo
          context: {cluster: tokyo, user: me, namespace: shop}
        users:
        - name: me
          user: {client-certificate-data: QUFBQQ==, client-key-data: QUFBQQ==}
        - name: you
          user: {client-certificate: /none/tls.crt, client-key: /none/tls.key, username: a, password: b}
        """;
    private static final String SETTINGS = """
        name: sekisho
        cluster: tokyo
        clusterSet: test
        labels: {region: east}
        listen: {public: "0.0.0.0:7443", sync: "0.0.0.0:7444", feed: "0.0.0.0:7445", dns: "0.0.0.0:1053", admin: "127.0.0.1:9090", health: "0.0.0.0:9092"}
        controlPlane: {feed: "cp:7445", sync: "cp:7444"}
        listenPorts: 20000-29999
        localTraffic: first
        identity: {directory: /etc/sekisho/tls}
        stateDirectory: /var/lib/sekisho
        drain: 30s
        """;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(20261130);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Answer(int exitCode, String out, String err) {}

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("cluster"));
        Files.createDirectories(folder.resolve("before"));
        Files.writeString(folder.resolve("before/shop.yaml"), SHOP);
        write("cluster/cluster.yaml", CLUSTER.getBytes(StandardCharsets.UTF_8));
        write("cluster/shop.yaml", SHOP.getBytes(StandardCharsets.UTF_8));
        write("cases.jsonl", CASES.getBytes(StandardCharsets.UTF_8));
        write("cases.yaml", CASES.replace("\n", "\n---\n").getBytes(StandardCharsets.UTF_8));
        write("kubeconfig", KUBECONFIG.getBytes(StandardCharsets.UTF_8));
        write(
                "bundle.pem",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".getBytes(StandardCharsets.UTF_8));
    }

    private void write(String file, byte[] text) throws IOException {
        Files.write(folder.resolve(file), text);
    }

    private Answer answersInWords(List<String> arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exitCode = Sekisho.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        var answer = new Answer(exitCode, out.toString(), err.toString());
        assertThat(answer.out() + answer.err())
                .as("%s", arguments)
                .doesNotContain("\tat ", "Exception:", "java.lang.", "null:");
        assertThat(answer.exitCode()).as("%s: %s", arguments, answer).isBetween(0, 2);
        if (answer.exitCode() == 2) {
            assertThat(answer.err()).as("%s", arguments).isNotBlank();
        }
        return answer;
    }

    /// Each command that has no commands below it, as words.
    private static List<CommandLine> commands(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? List.of(command)
                : command.getSubcommands().values().stream()
                        .distinct()
                        .flatMap(below -> commands(below).stream())
                        .toList();
    }

    @Test
    void no_argument_makes_a_stack_trace() {
        var commands = commands(Sekisho.commandLine());
        for (var i = 0; i < COMMANDS; i++) {
            answersInWords(arguments(any(commands)));
        }
    }

    private List<String> arguments(CommandLine command) {
        var words = command.getCommandSpec().qualifiedName().split(" ");
        var arguments = new ArrayList<>(Arrays.asList(words).subList(1, words.length));
        arguments.addAll(ALWAYS_WRONG.getOrDefault(arguments.getFirst(), List.of()));
        var options = command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .toList();
        // A cluster of the machine's own kubeconfig is none of a test's business.
        if (command.getCommandSpec().findOption("--kubeconfig") != null) {
            arguments.addAll(
                    random.nextBoolean()
                            ? List.of("--directory", path("cluster"))
                            : List.of("--kubeconfig", path("kubeconfig")));
        }
        for (var i = random.nextInt(4); i > 0; i--) {
            if (random.nextInt(3) == 0 || options.isEmpty()) {
                arguments.add(value());
                continue;
            }
            var option = any(options);
            if (!option.longestName().equals("--kubeconfig")) {
                arguments.add(option.longestName());
                if (option.arity().max() > 0 && random.nextInt(8) > 0) {
                    arguments.add(value());
                }
            }
        }
        return arguments;
    }

    private String value() {
        return switch (random.nextInt(6)) {
            case 0 -> path("cluster");
            case 1 -> path(any(List.of("cases.jsonl", "cases.yaml", "bundle.pem", "before", "none")));
            default -> any(JUNK);
        };
    }

    private String path(String file) {
        return folder.resolve(file).toString();
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    @Test
    void no_file_makes_a_stack_trace() throws IOException {
        for (var i = 0; i < FILES; i++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    write("cluster/cluster.yaml", damaged(CLUSTER));
                    answersInWords(List.of(any(List.of("check", "status")), "-d", path("cluster")));
                    answersInWords(List.of("peer", "list", "-d", path("cluster")));
                    write("cluster/cluster.yaml", CLUSTER.getBytes(StandardCharsets.UTF_8));
                }
                case 1, 2 -> {
                    write("cluster/shop.yaml", damaged(SHOP));
                    answersInWords(List.of("policy", "lint", path("cluster")));
                    answersInWords(List.of("policy", "diff", path("before"), path("cluster")));
                }
                case 3 -> {
                    write("cases.jsonl", damaged(CASES));
                    answersInWords(List.of("policy", "test", "--cases", path("cases.jsonl")));
                }
                case 4 -> {
                    write("cases.yaml", damaged(CASES.replace("\n", "\n---\n")));
                    answersInWords(List.of("policy", "test", "--cases", path("cases.yaml")));
                }
                default -> {
                    write("bundle.pem", damaged("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
                    answersInWords(List.of(
                            "peer",
                            "add",
                            "osaka",
                            "-d",
                            path("cluster"),
                            "--endpoint",
                            "127.0.0.1:1",
                            "--ca-bundle",
                            path("bundle.pem")));
                }
            }
        }
    }

    @Test
    void no_kubeconfig_makes_a_stack_trace() throws IOException {
        for (var i = 0; i < KUBECONFIGS; i++) {
            write("kubeconfig", damaged(any(List.of(KUBECONFIG, KUBECONFIG_WITH_KEYS))));
            var command = any(List.of(List.of("check"), List.of("status"), List.of("peer", "list")));
            answersInWords(Stream.concat(command.stream(), Stream.of("--kubeconfig", path("kubeconfig")))
                    .toList());
        }
    }

    @Test
    void no_settings_of_a_pod_make_a_stack_trace() throws IOException {
        for (var i = 0; i < FILES; i++) {
            write("settings.yaml", damaged(SETTINGS));
            // Outside of a pod neither would start with settings that are right.
            answersInWords(List.of(any(List.of("gateway", "control-plane")), "--settings", path("settings.yaml")));
        }
    }

    /// Each way in which a command is given a file, with `FILE` for its path.
    private static final List<List<String>> READ_FILES = List.of(
            List.of("check", "--kubeconfig", "FILE"),
            List.of("status", "--kubeconfig", "FILE"),
            List.of("peer", "list", "--kubeconfig", "FILE"),
            List.of("explain", "--kubeconfig", "FILE", "shop/web", "shop/db", "80"),
            List.of("gateway", "--settings", "FILE"),
            List.of("control-plane", "--settings", "FILE"),
            List.of("policy", "test", "--cases", "FILE"),
            List.of("peer", "add", "osaka", "-d", "CLUSTER", "--endpoint", "127.0.0.1:1", "--ca-bundle", "FILE"));

    /// The same for what is called `cluster.yaml` and stands in `CLUSTER`.
    private static final List<List<String>> READ_CLUSTERS = List.of(
            List.of("check", "-d", "CLUSTER"),
            List.of("status", "-d", "CLUSTER"),
            List.of("explain", "-d", "CLUSTER", "shop/web", "shop/db", "80"),
            List.of("standalone", "-d", "CLUSTER"),
            List.of("ca", "init", "-d", "CLUSTER"),
            List.of("peer", "list", "-d", "CLUSTER"));

    private void isNamed(Path file, String reason) {
        var isCluster = file.endsWith("cluster/cluster.yaml");
        for (var command : isCluster ? READ_CLUSTERS : READ_FILES) {
            var arguments = command.stream()
                    .map(word -> word.replace("FILE", file.toString()).replace("CLUSTER", path("cluster")))
                    .toList();
            var answer = answersInWords(arguments);
            assertThat(answer.exitCode()).as("%s: %s", arguments, answer).isEqualTo(2);
            assertThat(answer.err())
                    .as("%s", arguments)
                    .contains(isCluster ? "cluster.yaml" : file.toString())
                    .containsPattern(reason);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"given", "cluster/cluster.yaml"})
    void a_file_that_is_none_is_named_with_the_reason(String name) throws IOException {
        var file = folder.resolve(name);
        Files.deleteIfExists(file);
        isNamed(file, "is not there|there is no");

        Files.createDirectory(file);
        isNamed(file, "is a folder");
        Files.delete(file);

        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe, '\n'});
        isNamed(file, "UTF-8");

        try (var large = FileChannel.open(file, StandardOpenOption.WRITE)) {
            large.write(ByteBuffer.wrap(new byte[] {'\n'}), MOST_BYTES);
        }
        isNamed(file, "."); // what is more than a reader takes, or holds nothing of use
        Files.delete(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"given", "cluster/cluster.yaml"})
    void a_file_that_may_not_be_read_is_named(String name) throws IOException {
        var file = Files.writeString(folder.resolve(name), "a: b\n");
        Files.setPosixFilePermissions(file, Set.of());
        assumeFalse(Files.isReadable(file), "root may read every file");

        isNamed(file, "permission denied");
    }

    /// One or a few things changed: often still what its format allows, and not what is meant by it.
    private byte[] damaged(String text) {
        var damaged = text;
        for (var i = 1 + random.nextInt(3); i > 0; i--) {
            damaged = damage(damaged);
        }
        var bytes = damaged.getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(6) == 0) {
            for (var i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }

    private String damage(String text) {
        var words = new ArrayList<>(List.of(text.split("(?<=[\\s,:{}\\[\\]\"])|(?=[\\s,:{}\\[\\]\"])", -1)));
        var at = random.nextInt(words.size());
        switch (random.nextInt(5)) {
            case 0 -> words.remove(at);
            case 1 -> words.add(at, any(words));
            case 2 -> words.set(at, any(words));
            case 3 -> words.set(at, any(JUNK));
            default -> {
                return text.substring(0, random.nextInt(text.length() + 1));
            }
        }
        return String.join("", words);
    }
}
