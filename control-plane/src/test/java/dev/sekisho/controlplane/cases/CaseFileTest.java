package dev.sekisho.controlplane.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A runner of cases is only worth something if it notices what is wrong.
class CaseFileTest {
    private static final String WORLD = """
        "namespaces": {"shop": {"team": "shop"}},
        "pods": [
          {"namespace": "shop", "name": "web", "labels": {"role": "web"}, "ip": "10.0.0.1", "ports": []},
          {"namespace": "shop", "name": "db", "labels": {"role": "db"}, "ip": "10.0.0.2",
           "ports": [{"port": 6379, "protocol": "TCP", "name": "redis"}]}],
        "networkPolicies": [
          {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "db", "namespace": "shop"},
           "spec": {"podSelector": {"matchLabels": {"role": "db"}}, "policyTypes": ["Ingress"],
                    "ingress": [{"from": [{"podSelector": {"matchLabels": {"role": "web"}}}], "ports": [{"port": "redis"}]}]}}]
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private CaseReport report(String... cases) throws IOException {
        var lines = String.join("\n", cases).lines().map(String::strip).toList();
        return CaseFile.run(Files.writeString(folder.resolve("own.jsonl"), String.join("", lines)));
    }

    private static String step(String expect) {
        return "{%s, \"expect\": {%s}}".formatted(WORLD, expect);
    }

    private static String aCase(String more, String... steps) {
        return "{\"id\": \"own/1\", %s \"steps\": [%s]}".formatted(more, String.join(",", steps));
    }

    @Test
    void a_right_matrix_has_no_differences() throws IOException {
        var report = report(aCase("", step("""
            "matrix": {"TCP/6379": {"ingress": ["#.", ".#"], "egress": ["#.", ".#"], "combined": ["#.", ".#"]},
                       "TCP/80": {"combined": ["#X", ".#"]}}
            """)));

        assertThat(report.differences()).isEmpty();
        assertThat(report.checks()).isEqualTo(8);
        assertThat(report.steps()).isEqualTo(1);
    }

    @Test
    void a_wrong_cell_is_told_with_who_decided() throws IOException {
        var report = report(aCase("", step("\"matrix\": {\"TCP/80\": {\"combined\": [\"#.\", \".#\"]}}")));

        assertThat(report.differing()).isEqualTo(1);
        assertThat(report.isRight()).isFalse();
        assertThat(report.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.check()).isEqualTo("combined TCP/80 from shop/web to shop/db");
            assertThat(difference.expected()).isEqualTo("allowed");
            assertThat(difference.why()).contains("shop/db", "80/TCP is not in redis/TCP");
        });
    }

    @Test
    void a_disputed_case_is_told_but_is_no_mistake() throws IOException {
        var report = report(aCase(
                "\"disputed\": \"we think otherwise\",",
                step("\"matrix\": {\"TCP/80\": {\"combined\": [\"#.\", \".#\"]}}")));

        assertThat(report.isRight()).isTrue();
        assertThat(report.disputed()).singleElement().satisfies(disputed -> {
            assertThat(disputed.reason()).isEqualTo("we think otherwise");
            assertThat(disputed.differing()).isEqualTo(1);
        });
    }

    @Test
    void probes_may_come_from_addresses_that_are_no_pod() throws IOException {
        var report = report(aCase("", step("""
            "probes": [{"from": "ip:192.0.2.1", "to": "shop/db", "protocol": "TCP", "port": 6379, "allowed": false},
                       {"from": "shop/web", "to": "ip:192.0.2.1", "protocol": "UDP", "port": 53, "allowed": true},
                       {"from": "shop/web", "to": "shop/db", "protocol": "TCP", "port": 6379, "allowed": false}]
            """)));

        assertThat(report.checks()).isEqualTo(3);
        assertThat(report.differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.check()).contains("from shop/web to shop/db"));
    }

    @Test
    void a_list_of_connections_is_complete() throws IOException {
        var everything = "{\"TCP\": [[1, 65535]], \"UDP\": [[1, 65535]], \"SCTP\": [[1, 65535]]}";
        var listed = """
            "connections": [
              {"src": "shop/web", "dst": "shop/db", "allowed": {"TCP": [[6379, 6379]]}},
              {"src": "shop/db", "dst": "shop/web", "allowed": %1$s},
              {"src": "0.0.0.0-9.255.255.255[External]", "dst": "shop/web", "allowed": %1$s},
              {"src": "shop/web", "dst": "0.0.0.0-255.255.255.255[External]", "allowed": %1$s},
              {"src": "shop/db", "dst": "0.0.0.0-255.255.255.255[External]", "allowed": %1$s}]
            """.formatted(everything);

        assertThat(report(aCase("", step(listed))).differences()).isEmpty();
        assertThat(report(aCase("", step(listed.replace("[[6379, 6379]]", "[[6379, 6380]]"))))
                        .differing())
                .isPositive();
    }

    @Test
    void a_case_that_cannot_be_read_is_a_mistake() throws IOException {
        var broken = aCase("", step("\"probes\": []").replace("\"matchLabels\": {\"role\": \"db\"}", "\"labels\": {}"));

        assertThat(report(broken).differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.why())
                        .contains("own.jsonl:1: steps[0].networkPolicies[0].spec.podSelector.labels"));
        assertThat(report("{\"id\": \"x\"}").differing()).isEqualTo(1);
        assertThat(report("{").differing()).isEqualTo(1);
    }

    @Test
    void single_objects_are_judged_too() throws IOException {
        var report = CaseFile.run(Files.writeString(folder.resolve("objects.jsonl"), """
            {"id": "1", "ip": "10.0.0.1", "cidr": "10.0.0.0/8", "member": true}
            {"id": "2", "ip": "10.0.0.1", "cidr": "10.0.0.0/8", "member": false}
            {"id": "3", "selector": {"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["b"]}]}, "labels": {}, "match": true}
            {"id": "4", "selector": {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}, "error": true}
            {"id": "5", "selector": null, "labels": {}, "match": true}
            {"id": "6", "name": "port 0", "valid": true, "policy": {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": {"ingress": [{"ports": [{"port": 0}]}]}}}
            """));

        assertThat(report.differences()).extracting(CaseReport.Difference::id).containsExactly("2", "5", "6");
        assertThat(report.cases()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "probes": [{"from": "shop/web", "to": "shop/db", "port": 6379, "allowed": true}]                        | own.jsonl:1: steps[0].expect.probes[0]: protocol must be one of TCP, UDP, SCTP, got ''
        "probes": [{"from": "shop/web", "to": "shop/db", "protocol": "tcp", "port": 6379, "allowed": true}]     | probes[0]: protocol must be one of TCP, UDP, SCTP, got 'tcp'
        "probes": [{"from": "shop/web", "to": "shop/db", "protocol": "TCP", "allowed": true}]                   | probes[0]: port must be 1 to 65535, got ''
        "probes": [{"from": "shop/web", "to": "shop/db", "protocol": "TCP", "port": 70000, "allowed": true}]    | probes[0]: port must be 1 to 65535, got 70000
        "probes": [{"from": "shop/web", "to": "shop/db", "protocol": "TCP", "port": 6379}]                      | probes[0]: allowed must be true or false, got nothing
        "probes": [{"from": "shop/nobody", "to": "shop/db", "protocol": "TCP", "port": 6379, "allowed": true}]  | probes[0]: names an end that is not there: 'shop/nobody'
        "probes": [{"from": "ip:10.0.0", "to": "shop/db", "protocol": "TCP", "port": 6379, "allowed": true}]    | probes[0]: '10.0.0' is not an IP string literal.
        "matrix": {"TCP/6379": {"combined": ["#", ".#"]}}                                                       | expect.matrix.TCP/6379: combined must have a character for each of 2 pods in each row, got '#'
        "matrix": {"TCP/6379": {"both": ["#.", ".#"]}}                                                          | a matrix is of ingress, egress or combined, got 'both'
        "matrix": {"6379": {"combined": ["#.", ".#"]}}                                                          | port must be PROTOCOL/NUMBER, got '6379'
        "only": [{"to": "shop/db", "from": ["shop/web", {}], "port": "TCP/6379"}]                               | only[0]: names an end that is not there: ''
        "connections": [{"src": "somewhere", "dst": "shop/db", "allowed": {}}]                                  | expect.connections: 'somewhere' is not an IP string literal.
        """)
    void an_expectation_that_cannot_be_read_is_told_with_file_line_and_reason(String expect, String reason)
            throws IOException {
        var report = report(aCase("", step(expect)));

        assertThat(report.differing()).isEqualTo(1);
        assertThat(report.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.why()).contains(reason);
            assertThat(difference.line()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"id": "a", "steps": []}                                       | own.jsonl:1: steps: must be a list of at least one step
        {"id": "a", "steps": 7}                                        | own.jsonl:1: steps: must be a list of at least one step
        {"id": "a", "clusters": {"-": {}}, "steps": [{"expect": {"probes": []}}]} | own.jsonl:1: steps[0]
        {"id": "a", "nodes": [{"ips": ["x"]}], "steps": [{"expect": {"probes": []}}]} | own.jsonl:1: steps[0]
        {"id": "a", "policy": {}, "name": "p"}                         | valid must be true or false, got nothing
        {"id": "a", "selector": {}, "labels": {}}                      | match must be true or false, got nothing
        {"id": "a", "cidr": "10.0.0.0/8", "ip": "10.0.0.1", "member": "yes"} | member must be true or false, got "yes"
        []                                                             | is no case
        """)
    void a_case_that_cannot_be_read_is_told_with_file_line_and_reason(String text, String reason) throws IOException {
        var report = report(text);

        assertThat(report.differing()).isEqualTo(1);
        assertThat(report.differences().getFirst().why()).contains(reason);
    }

    @Test
    void two_policies_of_one_name_are_no_state_of_a_cluster() throws IOException {
        var twice = aCase("", step("\"probes\": []"));
        var start = twice.indexOf("{\"apiVersion\"");
        var policy = twice.substring(start, twice.indexOf("}]}]}}", start) + 6);

        var report = report(twice.substring(0, start) + policy + "," + twice.substring(start));

        assertThat(report.differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.why())
                        .contains("own.jsonl:1: steps[0].networkPolicies[1]: is a second policy named")
                        .contains("shop/db"));
    }
}
