package dev.sekisho.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.identity.ClusterAuthority;
import dev.sekisho.identity.TrustDomain;
import dev.sekisho.names.ClusterName;
import dev.sekisho.names.ClusterSetName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a stranger is told when something is wrong, and what is left on the disk.
class CommandLineTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Answer(int exitCode, String out, String err) {}

    private static Answer sekisho(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exitCode = Sekisho.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Answer(exitCode, out.toString(), err.toString());
    }

    private String cluster(String name) throws IOException {
        var directory = Files.createDirectories(folder.resolve(name));
        Files.writeString(directory.resolve("cluster.yaml"), """
            apiVersion: sekisho.dev/v1alpha1
            kind: Cluster
            metadata: {name: %s}
            spec:
              clusterSet: test
              publicEndpoint: 127.0.0.1:7443
              importAddresses: [127.66.0.0/24]
            """.formatted(name));
        return directory.toString();
    }

    @Test
    void without_a_command_it_says_which_there_are() {
        var answer = sekisho();

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err())
                .contains("demo", "standalone", "gateway", "ca", "peer", "status", "explain", "check", "policy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "standalone",
                "gateway",
                "ca",
                "ca init",
                "ca show",
                "peer",
                "peer add",
                "peer remove",
                "peer list",
                "status",
                "explain",
                "check",
                "policy",
                "policy test",
                "policy lint",
                "policy diff"
            })
    void every_command_has_help(String command) {
        var answer = sekisho((command + " --help").split(" ", -1));

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.out()).startsWith("Usage: sekisho " + command).contains("--help");
    }

    @Test
    void a_wrong_option_is_named() {
        var answer = sekisho("demo", "--chek");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("--chek").hasLineCount(2);
    }

    @Test
    void wrong_usage_is_told_without_a_page_of_help() throws IOException {
        var answer = sekisho("peer", "add", "--directory", cluster("tokyo"));

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).isEqualTo("""
            sekisho: Missing required parameter: 'NAME'
            See: sekisho peer add --help
            """);
    }

    @Test
    void a_folder_without_cluster_yaml_is_named_with_what_to_do() {
        var answer = sekisho("ca", "init", "--directory", folder.toString());

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains(folder + "/cluster.yaml is not there").doesNotContain("Exception");
    }

    @Test
    void a_half_written_cluster_yaml_is_told_with_its_line() throws IOException {
        var directory = cluster("tokyo");
        Files.writeString(Path.of(directory, "cluster.yaml"), "apiVersion: sekisho.dev/v1alpha1\nkind: Cluster\nmeta");

        var answer = sekisho("ca", "init", "--directory", directory);

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("cluster.yaml:").doesNotContain("Exception");
    }

    @Test
    void the_ca_key_is_readable_by_its_owner_only() throws IOException {
        var directory = cluster("tokyo");

        var answer = sekisho("ca", "init", "--directory", directory);

        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(directory, "ca", "ca.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_second_ca_init_leaves_the_first_ca_alone() throws IOException {
        var directory = cluster("tokyo");
        sekisho("ca", "init", "--directory", directory);
        var before = Files.readString(Path.of(directory, "ca", "ca.crt"));

        var answer = sekisho("ca", "init", "--directory", directory);

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("--force");
        assertThat(Path.of(directory, "ca", "ca.crt")).hasContent(before);
    }

    @Test
    void a_peer_is_added_with_the_bundle_of_its_own_ca() throws IOException {
        var tokyo = cluster("tokyo");
        var osaka = cluster("osaka");
        sekisho("ca", "init", "--directory", osaka);

        var answer = sekisho(
                "peer",
                "add",
                "osaka",
                "--directory",
                tokyo,
                "--endpoint",
                "127.0.0.2:7443",
                "--ca-bundle",
                osaka + "/ca/ca.crt");

        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(Path.of(tokyo, "peer-osaka.yaml"))
                .content()
                .contains("kind: Peer", "name: osaka", "endpoint: \"127.0.0.2:7443\"", "BEGIN CERTIFICATE");
    }

    @Test
    void a_bundle_that_has_expired_is_refused_with_the_date() throws IOException {
        var tokyo = cluster("tokyo");
        var osaka = cluster("osaka");
        expiredCa(osaka, "osaka");

        var answer = sekisho("peer", "add", "osaka", "--directory", tokyo, "--ca-bundle", osaka + "/ca/ca.crt");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("--ca-bundle " + osaka + "/ca/ca.crt: ", "expired", "2024-02-03T12:00:00Z");
        assertThat(Path.of(tokyo, "peer-osaka.yaml")).doesNotExist();
    }

    @Test
    void a_bundle_that_is_not_there_is_named_once() throws IOException {
        var answer = sekisho("peer", "add", "osaka", "--directory", cluster("tokyo"), "--ca-bundle", "nope.crt");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).isEqualTo("sekisho: --ca-bundle nope.crt is not there\n");
    }

    @Test
    void a_place_where_the_demo_may_not_write_is_told_in_one_line() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");

        var answer = sekisho("demo", "--directory", file + "/demo");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).startsWith("sekisho: " + file).hasLineCount(1);
    }

    @Test
    void the_bundle_of_another_cluster_is_refused_and_nothing_is_written() throws IOException {
        var tokyo = cluster("tokyo");
        sekisho("ca", "init", "--directory", tokyo);

        var answer = sekisho("peer", "add", "osaka", "--directory", tokyo, "--ca-bundle", tokyo + "/ca/ca.crt");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("osaka").contains("tokyo");
        assertThat(Path.of(tokyo, "peer-osaka.yaml")).doesNotExist();
    }

    @Test
    void invariant_6_a_private_key_given_as_a_bundle_is_refused_and_not_echoed() throws IOException {
        var tokyo = cluster("tokyo");
        var osaka = cluster("osaka");
        sekisho("ca", "init", "--directory", osaka);
        var key = Files.readAllLines(Path.of(osaka, "ca", "ca.key"));

        var answer = sekisho("peer", "add", "osaka", "--directory", tokyo, "--ca-bundle", osaka + "/ca/ca.key");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.out() + answer.err()).doesNotContain(key.get(1));
    }

    @Test
    void an_existing_peer_is_not_overwritten_unless_asked() throws IOException {
        var tokyo = cluster("tokyo");
        var osaka = cluster("osaka");
        sekisho("ca", "init", "--directory", osaka);
        String[] add = {"peer", "add", "osaka", "--directory", tokyo, "--ca-bundle", osaka + "/ca/ca.crt"};
        sekisho(add);

        var answer = sekisho(add);

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("peer-osaka.yaml").contains("--replace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "127.0.0.1:99999", "127.0.0.1", "127.0.0.1:0"})
    void an_endpoint_that_cannot_be_dialled_is_named(String endpoint) throws IOException {
        var tokyo = cluster("tokyo");

        var answer =
                sekisho("peer", "add", "osaka", "--directory", tokyo, "--endpoint", endpoint, "--ca-bundle", "ca.crt");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).startsWith("sekisho: --endpoint: must ").contains(endpoint);
    }

    @Test
    void explain_names_the_argument_that_is_wrong() throws IOException {
        var answer = sekisho(
                "explain", "--directory", cluster("tokyo"), "--from", "frontend", "--to", "shop/db", "--port", "6379");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("namespace/name").contains("frontend");
        assertThat(sekisho("explain", "--directory", cluster("tokyo"), "frontend", "shop/db", "6379"))
                .isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop/frontend", "shop/frontend shop/db", "shop/frontend shop/db http", "a/b c/d 1 --port 1"})
    void explain_wants_from_to_and_port(String ends) throws IOException {
        var answer = sekisho(("explain --directory " + cluster("tokyo") + " " + ends).split(" ", -1));

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).containsPattern("FROM TO PORT|PORT must be 1 to 65535");
    }

    @Test
    void asking_a_cluster_that_does_not_run_says_where_nobody_answers() throws IOException {
        var directory = cluster("tokyo");
        Files.writeString(
                Path.of(directory, "cluster.yaml"),
                Files.readString(Path.of(directory, "cluster.yaml"))
                        + "  listen: {controlPlaneAdmin: \"127.99.0.1:1\"}\n");

        var answer = sekisho("peer", "list", "--directory", directory);

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("127.99.0.1:1").contains("listen.controlPlaneAdmin");
    }

    @Test
    void a_folder_and_a_context_are_not_one_cluster() throws IOException {
        var answer = sekisho("status", "--directory", cluster("tokyo"), "--context", "osaka");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("--directory " + folder, "--context osaka", "only one");
    }

    @Test
    void a_peer_needs_something_it_is_recognised_by() throws IOException {
        var answer = sekisho("peer", "add", "osaka", "--directory", cluster("tokyo"));

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("--peer-context", "--ca-bundle");
    }

    @Test
    void a_peer_of_this_clusters_own_name_is_refused() throws IOException {
        var tokyo = cluster("tokyo");
        sekisho("ca", "init", "--directory", tokyo);

        var answer = sekisho("peer", "add", "tokyo", "--directory", tokyo, "--ca-bundle", tokyo + "/ca/ca.crt");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("'tokyo' is this cluster itself");
    }

    @Test
    void a_peer_that_is_removed_is_gone_and_cannot_be_removed_again() throws IOException {
        var tokyo = cluster("tokyo");
        var osaka = cluster("osaka");
        sekisho("ca", "init", "--directory", osaka);
        sekisho("peer", "add", "osaka", "--directory", tokyo, "--ca-bundle", osaka + "/ca/ca.crt");

        var removed = sekisho("peer", "remove", "osaka", "--directory", tokyo);
        var again = sekisho("peer", "remove", "osaka", "--directory", tokyo);

        assertThat(removed.exitCode()).as(removed.err()).isZero();
        assertThat(Path.of(tokyo, "peer-osaka.yaml")).doesNotExist();
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("peer-osaka.yaml");
    }

    @Test
    void ca_show_prints_what_a_peer_needs_and_no_key() throws IOException {
        var tokyo = cluster("tokyo");
        sekisho("ca", "init", "--directory", tokyo);

        var answer = sekisho("ca", "show", "--directory", tokyo);

        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(answer.out()).isEqualTo(Files.readString(Path.of(tokyo, "ca", "ca.crt")));
        assertThat(answer.err()).contains("CA of tokyo.test, SHA-256 ");
    }

    @Test
    void an_api_server_where_nobody_listens_is_named_with_its_context() throws IOException {
        var kubeconfig = Files.writeString(folder.resolve("config"), """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.99.0.1:1"}}]
            users: [{name: u, user: {}}]
            contexts: [{name: tokyo, context: {cluster: c, user: u}}]
            current-context: tokyo
            """);

        var answer = sekisho("peer", "list", "--kubeconfig", kubeconfig.toString());

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("context tokyo", "127.99.0.1").doesNotContain("Exception");
    }

    @Test
    void check_tells_what_a_folder_lacks_and_the_command_that_mends_it() throws IOException {
        var directory = cluster("tokyo");
        Files.writeString(
                Path.of(directory, "cluster.yaml"),
                Files.readString(Path.of(directory, "cluster.yaml"))
                        + "  listen: {controlPlaneAdmin: \"127.99.0.1:1\", gatewayAdmin: \"127.99.0.1:2\"}\n");

        var before = sekisho("check", "--directory", directory);
        sekisho("ca", "init", "--directory", directory);
        var after = sekisho("check", "--directory", directory, "-o", "json");

        assertThat(before.exitCode()).isEqualTo(1);
        assertThat(before.out())
                .contains("FAIL identity: ", "       sekisho ca init --directory " + directory)
                .contains("FAIL programs: ", "       sekisho standalone --directory " + directory);
        assertThat(after.out())
                .contains("\"check\" : \"identity\"", "holds who we are")
                .doesNotContain("ca init");
    }

    private void expiredCa(String directory, String cluster) throws IOException {
        var domain = new TrustDomain(new ClusterName(cluster), new ClusterSetName("test"));
        ClusterAuthority.create(domain, InstantSource.fixed(Instant.parse("2024-02-02T12:00:00Z")), Duration.ofDays(1))
                .save(Path.of(directory, "ca"), ClusterAuthority.Existing.REFUSE);
    }

    @Test
    void check_tells_how_to_replace_a_ca_that_cannot_be_used() throws IOException {
        var tokyo = cluster("tokyo");
        expiredCa(tokyo, "tokyo");
        var osaka = cluster("osaka");
        expiredCa(osaka, "kyoto");

        var expired = sekisho("check", "--directory", tokyo);
        var foreign = sekisho("check", "--directory", osaka);

        assertThat(expired.out())
                .contains("FAIL identity: ", "expired since 2024-02-03T12:00:00Z")
                .contains("       sekisho ca init --force --directory " + tokyo + "\n")
                .contains("       sekisho ca show --directory " + tokyo + "   # for every peer again\n");
        assertThat(foreign.out())
                .contains("FAIL identity: ", "kyoto")
                .contains("       sekisho ca init --force --directory " + osaka + "\n");
    }

    @Test
    void check_names_a_port_that_somebody_else_has() throws IOException {
        var directory = cluster("tokyo");
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Files.writeString(
                    Path.of(directory, "cluster.yaml"),
                    Files.readString(Path.of(directory, "cluster.yaml"))
                            + "  listen: {controlPlaneAdmin: \"127.99.0.1:1\", gatewayAdmin: \"127.99.0.1:2\","
                            + " feed: \"127.0.0.1:" + taken.getLocalPort() + "\"}\n");

            var answer = sekisho("check", "--directory", directory);

            assertThat(answer.exitCode()).isEqualTo(1);
            assertThat(answer.out())
                    .contains("FAIL listen.feed: 127.0.0.1:" + taken.getLocalPort() + " is taken", "ss -ltnp");
        }
    }

    @Test
    void check_names_a_port_that_somebody_else_has_for_datagrams() throws IOException {
        var directory = cluster("tokyo");
        try (var taken = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Files.writeString(
                    Path.of(directory, "cluster.yaml"),
                    Files.readString(Path.of(directory, "cluster.yaml"))
                            + "  listen: {controlPlaneAdmin: \"127.99.0.1:1\", gatewayAdmin: \"127.99.0.1:2\","
                            + " dns: \"127.0.0.1:" + taken.getLocalPort() + "\"}\n");

            assertThat(sekisho("check", "--directory", directory).out())
                    .contains("FAIL listen.dns: 127.0.0.1:" + taken.getLocalPort() + "/UDP is taken", "ss -lunp");
        }
    }

    @Test
    void check_of_an_api_server_where_nobody_listens_ends_there() throws IOException {
        var kubeconfig = Files.writeString(folder.resolve("config"), """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.99.0.1:1"}}]
            users: [{name: u, user: {}}]
            contexts: [{name: tokyo, context: {cluster: c, user: u}}]
            current-context: tokyo
            """);

        var answer = sekisho("check", "--kubeconfig", kubeconfig.toString());

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out())
                .contains("FAIL API server: context tokyo: the API server cannot be reached")
                .contains("kubectl --kubeconfig " + kubeconfig + " --context tokyo get --raw /readyz")
                .contains("0 ok, 0 to look at, 1 failed");
    }

    @Test
    void policy_test_tells_the_first_answer_that_differs_and_why() throws IOException {
        var cases = Files.writeString(folder.resolve("own.jsonl"), """
            {"id": "a", "ip": "10.0.0.1", "cidr": "10.0.0.0/8", "member": true}
            {"id": "b", "ip": "10.0.0.1", "cidr": "10.0.0.0/8", "member": false}
            """);

        var answer = sekisho("policy", "test", "--cases", cases.toString());
        var json = sekisho("policy", "test", "--cases", cases.toString(), "-o", "json");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out())
                .contains(
                        "own.jsonl: 2 cases, 0 steps, 2 checks; 1 wrong",
                        "b (line 2)",
                        "expected no member, got member");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out()).contains("\"differing\" : 1");
    }

    @Test
    void policy_test_names_a_file_that_is_not_there() {
        var answer = sekisho("policy", "test", "--cases", folder + "/none.jsonl");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("none.jsonl is not there").doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource({"empty.jsonl, ''", "blank.jsonl, '\n \n'", "empty.yaml, '# nothing\n'"})
    void policy_test_refuses_a_file_without_cases(String name, String text) throws IOException {
        var cases = Files.writeString(folder.resolve(name), text);

        var answer = sekisho("policy", "test", "--cases", cases.toString());

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.out()).doesNotContain("all right");
        assertThat(answer.err()).contains(name + " holds no case");
    }

    @Test
    void policy_test_tells_file_and_line_of_what_is_no_json_and_no_text() throws IOException {
        var broken = Files.writeString(folder.resolve("broken.jsonl"), "\n{\"id\": \"a\"\n");
        var binary = Files.write(folder.resolve("binary.jsonl"), new byte[] {'\n', '\n', (byte) 0xff});

        var ofBroken = sekisho("policy", "test", "--cases", broken.toString());
        var ofBinary = sekisho("policy", "test", "--cases", binary.toString());

        assertThat(ofBroken.exitCode()).isEqualTo(1);
        assertThat(ofBroken.out())
                .contains("broken.jsonl:2: is no JSON: ", "column 11")
                .doesNotContain("Source", "REDACTED");
        assertThat(ofBinary.exitCode()).isEqualTo(2);
        assertThat(ofBinary.err()).contains("binary.jsonl:3: is no UTF-8 text");
    }

    @Test
    void a_folder_that_is_none_or_holds_nothing_is_not_judged() throws IOException {
        var file = Files.writeString(folder.resolve("file.yaml"), "").toString();
        var empty = Files.createDirectories(folder.resolve("empty")).toString();
        var binary = Files.createDirectories(folder.resolve("binary"));
        Files.write(binary.resolve("pods.yaml"), new byte[] {'\n', (byte) 0xff});

        assertThat(sekisho("policy", "lint", file).err()).contains(file + " cannot be read: it is no folder");
        assertThat(sekisho("policy", "lint", empty)).satisfies(answer -> {
            assertThat(answer.exitCode()).isEqualTo(2);
            assertThat(answer.err()).contains(empty + " has no object of a kind that is judged here");
        });
        assertThat(sekisho("policy", "diff", empty, empty).exitCode()).isEqualTo(2);
        assertThat(sekisho("policy", "lint", binary.toString()).err()).contains("pods.yaml:2: is no UTF-8 text");
    }

    private String policies(String name, String port) throws IOException {
        var directory = Files.createDirectories(folder.resolve(name));
        Files.writeString(directory.resolve("shop.yaml"), """
            apiVersion: v1
            kind: Pod
            metadata: {name: db-0, namespace: shop, labels: {role: db}}
            spec: {containers: [{name: c, ports: [{name: redis, containerPort: 6379}]}]}
            status: {podIP: 10.0.0.1}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: frontend-0, namespace: shop, labels: {role: frontend}}
            status: {podIP: 10.0.0.2}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: db, namespace: shop}
            spec: {selector: {role: db}, ports: [{port: 6379}]}
            ---
            apiVersion: multicluster.x-k8s.io/v1beta1
            kind: ServiceExport
            metadata: {name: db, namespace: shop}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: db, namespace: shop}
            spec:
              podSelector: {matchLabels: {role: db}}
              ingress:
              - from: [{podSelector: {matchLabels: {role: frontend}}}]
                ports: [{port: %s}]
            """.formatted(port));
        return directory.toString();
    }

    @Test
    void policy_lint_tells_file_and_line_of_what_is_suspicious() throws IOException {
        var answer = sekisho("policy", "lint", policies("before", "rediss"));

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out())
                .contains("shop.yaml:28: shop/db: spec.ingress[0].ports")
                .contains("rediss");
        assertThat(sekisho("policy", "lint", policies("after", "redis")).exitCode())
                .isZero();
    }

    @Test
    void policy_diff_tells_which_calls_change_and_who_decides() throws IOException {
        var before = policies("before", "rediss");
        var after = policies("after", "redis");

        var answer = sekisho("policy", "diff", before, after);

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out())
                .contains("local:shop/frontend-0 to shop/db port 6379/TCP: denied before, allowed now")
                .contains("now: ingress allowed by shop/db rule 0 (shop.yaml:27)");
        var same = sekisho("policy", "diff", after, after);
        assertThat(same.exitCode()).isZero();
        assertThat(same.out()).contains("none of 2 calls changes", "not judged: calls from and to other clusters");
    }

    @Test
    void policy_diff_takes_both_folders_for_one_cluster() throws IOException {
        var one = policies("one", "redis");
        var other = policies("other", "redis");
        Files.move(Path.of(cluster("tokyo"), "cluster.yaml"), Path.of(other, "cluster.yaml"));

        var answer = sekisho("policy", "diff", one, other);
        Files.move(Path.of(cluster("osaka"), "cluster.yaml"), Path.of(one, "cluster.yaml"));
        var ofTwo = sekisho("policy", "diff", one, other);

        assertThat(answer.out()).contains("none of 2 calls changes");
        assertThat(answer.exitCode()).isZero();
        assertThat(ofTwo.exitCode()).isEqualTo(2);
        assertThat(ofTwo.err()).contains(one + " is of cluster osaka and " + other + " of tokyo");
    }

    @Test
    void policy_diff_knows_where_policies_are_only_audited() throws IOException {
        var audited = policies("before", "rediss");
        Files.writeString(folder.resolve("before/namespace.yaml"), """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, annotations: {sekisho.dev/policy-mode: audit}}
            """);

        var answer = sekisho("policy", "diff", audited, policies("after", "rediss"));

        assertThat(answer.out()).contains("to shop/db port 6379/TCP: allowed before, denied now");
    }

    @Test
    void a_folder_with_a_policy_that_cannot_be_read_is_not_judged() throws IOException {
        var answer = sekisho("policy", "lint", policies("broken", "[]"));

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err())
                .contains("shop.yaml:28: spec.ingress[0].ports[0].port")
                .doesNotContain("Exception");
    }
}
